"""Namespace IRIs as plain strings, under the prefixes by which their specifications call them."""

ADMS = "http://www.w3.org/ns/adms#"
AS = "https://www.w3.org/ns/activitystreams#"
DASH = "http://datashapes.org/dash#"
DCAT = "http://www.w3.org/ns/dcat#"
DCATAP = "http://data.europa.eu/r5r/"
DCATDE = "http://dcat-ap.de/def/dcatde/"
DCT = "http://purl.org/dc/terms/"
EDTF = "http://id.loc.gov/datatypes/edtf/"
FOAF = "http://xmlns.com/foaf/0.1/"
GEO = "http://www.opengis.net/ont/geosparql#"
HYDRA = "http://www.w3.org/ns/hydra/core#"
LDES = "https://w3id.org/ldes#"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "http://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
TREE = "https://w3id.org/tree#"
VANN = "http://purl.org/vocab/vann/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
VOID = "http://rdfs.org/ns/void#"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES = {
    "adms": ADMS,
    "as": AS,
    "dash": DASH,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dcatde": DCATDE,
    "dct": DCT,
    "edtf": EDTF,
    "foaf": FOAF,
    "geo": GEO,
    "hydra": HYDRA,
    "ldes": LDES,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sd": SD,
    "sh": SH,
    "skos": SKOS,
    "spdx": SPDX,
    "tree": TREE,
    "vann": VANN,
    "vcard": VCARD,
    "void": VOID,
    "xsd": XSD,
}
