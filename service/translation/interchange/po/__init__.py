"""PO, as gettext and Weblate write it: pairs only, in one direction."""
