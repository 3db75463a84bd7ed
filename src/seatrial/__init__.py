"""seatrial takes repositories from a list of DevOps gaps to practices in place and proven."""

__version__ = "0.1.0"
__all__ = ["__version__"]
