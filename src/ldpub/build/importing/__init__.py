"""Import: a declarative mapping from CSV and TSV tables to Turtle, one table for one named graph.

A mapping is a TOML file; the README says what is in one. What comes out depends on nothing but the files that it names.
"""

from ldpub.build.importing.run import Imported, import_tables, write_import

__all__ = ["Imported", "import_tables", "write_import"]
