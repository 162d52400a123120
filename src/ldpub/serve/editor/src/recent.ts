// The queries that were run in this tab: kept by the browser until the tab is closed, and told to nobody.

const KEY = "ldpub-queries";
const MOST = 20;

export function recent(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
  } catch {
    return []; // a browser that keeps nothing
  }
}

export function remember(text: string): void {
  const kept = [text, ...recent().filter((other) => other !== text)].slice(0, MOST);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    return; // nor does one whose room is full
  }
}

/** The line by which one tells a query from others: the first that declares nothing. */
export function heading(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const found = lines.filter((line) => line && !/^(?:#|PREFIX\b|BASE\b)/i.test(line)).join(" ");
  return found.length > 90 ? `${found.slice(0, 90)}…` : found;
}
