"""Schema migrations (Alembic). New one: `.venv/bin/python -m service.migrations "what changes"`."""
