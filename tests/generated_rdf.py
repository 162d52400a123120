"""Generated RDF: terms that are hard to write and to read, in small graphs."""

from __future__ import annotations

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

XSD = "http://www.w3.org/2001/XMLSchema#"

# Characters that XML 1.0 can say; surrogates and most controls it cannot.
texts = st.text(
    st.one_of(
        st.sampled_from("aZ09 \t\n\"'\\<>&;.,#@:{}[]()%é中😀\u00a0"),
        st.characters(min_codepoint=0x20, max_codepoint=0xD7FF, exclude_characters="\x7f"),
    ),
    max_size=12,
)
names = st.text(st.sampled_from("abcXYZ019_é中"), min_size=1, max_size=6).map(lambda name: f"n{name}")
iris = names.map(lambda name: NamedNode(f"https://example.org/set/id/{name}"))
predicates = names.map(lambda name: NamedNode(f"https://example.org/ns#{name}"))
blanks = st.sampled_from("abcdef").map(BlankNode)
# Of the types that Turtle and JSON write bare, rdflib rewrites all but the canonical form.
literals = st.one_of(
    texts.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["de", "en", "de-at", "zh-hant"])),
    st.sampled_from(
        [
            Literal(text, datatype=NamedNode(kind))
            for text, kind in [
                ("7", XSD + "integer"),
                ("1.5", XSD + "decimal"),
                ("2020-02-29", XSD + "date"),
                ("true", XSD + "boolean"),
                ("2020", XSD + "gYear"),
                ("007", XSD + "unsignedInt"),
                ("any <thing> & 'more'", "https://example.org/ns#kind"),
            ]
        ]
    ),
)
triples = st.builds(Triple, st.one_of(iris, blanks), predicates, st.one_of(iris, blanks, literals))
graphs = st.lists(triples, min_size=1, max_size=8, unique=True)
