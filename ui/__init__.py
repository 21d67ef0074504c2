"""PySide6 and QML: view models (Python) and screens (QML)."""
