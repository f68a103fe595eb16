"""Pages for people: layout, templates and vendored static files. No address outside the service is ever loaded."""
