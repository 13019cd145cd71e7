"""One module a lesson: the checks of its exercises and its quiz."""
