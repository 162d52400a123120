// Search as one types: an editable combobox with a list (WAI-ARIA APG, manual selection). Without it the form works, too.
"use strict";

for (const form of document.querySelectorAll("form[role=search][data-suggest]")) {
  combobox(form, form.querySelector("input[type=search]"));
}

function combobox(form, input) {
  const list = document.createElement("ul");
  const status = document.createElement("p");
  const language = form.querySelector("input[name=lang]");
  let links = [];
  let active = -1;
  let asked = "";
  let timer = 0;

  list.id = `${input.id}-list`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  status.className = "unseen";
  status.setAttribute("role", "status");
  form.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, 120);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && links.length && !event.altKey) {
      event.preventDefault();
      show(true);
      point(active < 0 && step < 0 ? links.length - 1 : active + step);
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      event.preventDefault();
      location.assign(links[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
  input.addEventListener("blur", () => show(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(links[[...list.children].indexOf(option)]);
  });

  async function suggest() {
    const text = input.value.trim();
    asked = text;
    if (!text) return fill([], "");
    const url = new URL(form.dataset.suggest, location.href);
    url.search = new URLSearchParams({ q: text, format: "json", ...(language ? { lang: language.value } : {}) });
    try {
      const answer = await fetch(url);
      if (answer.ok && asked === text) fill((await answer.json()).results, answer.url);
    } catch {
      fill([], ""); // offline: the form still asks when it is sent
    }
  }

  function fill(results, base) {
    links = results.map((one) => new URL(one.page ?? one.iri, base).href);
    list.replaceChildren(...results.map((one, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(one.label);
      const more = [one.matched !== one.label ? one.matched : "", one.type].filter(Boolean).join(" · ");
      if (more) {
        const note = document.createElement("small");
        note.textContent = ` ${more}`;
        option.append(note);
      }
      return option;
    }));
    point(-1);
    show(results.length > 0);
    status.textContent = asked ? form.dataset.found.replace("{n}", results.length) : "";
  }

  function point(to) {
    active = to >= links.length ? -1 : Math.max(to, -1);
    [...list.children].forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === active));
      if (number === active) option.scrollIntoView({ block: "nearest" });
    });
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${list.id}-${active}`);
  }

  function show(yes) {
    const open = yes && links.length > 0;
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) point(-1);
  }
}
