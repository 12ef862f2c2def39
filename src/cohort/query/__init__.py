"""The typed query model: what a study means, independent of any file and of any database."""
