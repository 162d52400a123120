"""ldpub: Turtle in git, Linked Data on the web."""

from importlib.metadata import version

__version__ = version("ldpub")
