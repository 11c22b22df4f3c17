"""Recognitions over HTTP: applied for, decided, published; the register; and withdrawals."""

from marketplace.certification.routes import applications, certificates, register
from marketplace.certification.routes.room import blueprint

__all__ = ["applications", "blueprint", "certificates", "register"]
