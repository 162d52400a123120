"""The terms of SHACL (W3C 2017) and SHACL Advanced Features (W3C 2017), and the datatypes of RDF 1.1 Concepts, 5."""

from __future__ import annotations

from ldpub.namespaces import RDF, XSD

_PROPERTIES = """
    alternativePath and annotationProperty annotationValue annotationVarName ask class closed condition conforms
    construct datatype deactivated declare defaultValue description detail disjoint entailment equals expression
    filterShape flags focusNode group hasValue ignoredProperties in intersection inversePath js jsFunctionName
    jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive
    maxLength message minCount minExclusive minInclusive minLength name namespace node nodeKind nodeValidator nodes
    not object oneOrMorePath optional or order parameter path pattern predicate prefix prefixes property
    propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint result
    resultAnnotation resultMessage resultPath resultSeverity returnType rule select severity shapesGraph
    shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape sparql subject suggestedShapesGraph
    target targetClass targetNode targetObjectsOf targetSubjectsOf this union uniqueLang update validator value xone
    zeroOrMorePath zeroOrOnePath
    """
TERMS = frozenset(_PROPERTIES.split())
"""The local names of the properties of SHACL."""

_XSD = """
    string boolean decimal integer double float date time dateTime dateTimeStamp gYear gMonth gDay gYearMonth gMonthDay
    duration yearMonthDuration dayTimeDuration byte short int long unsignedByte unsignedShort unsignedInt unsignedLong
    positiveInteger nonNegativeInteger negativeInteger nonPositiveInteger hexBinary base64Binary anyURI language
    normalizedString token NMTOKEN Name NCName QName NOTATION ENTITY ID IDREF anySimpleType anyAtomicType
    """
_RDF = "langString HTML XMLLiteral JSON PlainLiteral dirLangString"

BUILT_IN = frozenset((*(XSD + name for name in _XSD.split()), *(RDF + name for name in _RDF.split())))
"""The IRIs of the datatypes in the namespaces of XML Schema 1.1 Datatypes and RDF."""
