"""PySide6 and QML: view models and screens; knows kiosk_app, nothing below it but the words it speaks."""

from ui.singleton_refs import protect_singletons

protect_singletons()
