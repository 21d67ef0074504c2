import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Settings

// The virtual keyboard at the bottom edge; loaded after the first screen stands.
Item {
    id: panel

    readonly property bool open: ready.item ? ready.item.active : false
    readonly property real covered: open ? ready.item.height : 0

    Connections {
        target: keyboardMemory
        function onForgotten() {
            VirtualKeyboardSettings.userDataReset();
            ready.active = false; // the panel, its candidates and its engine go with the session …
            Qt.callLater(() => ready.active = true); // … and come back empty
        }
    }

    // The engine reads its settings once, when the panel is made: so they come first, and the panel after them.
    Component.onCompleted: {
        VirtualKeyboardSettings.activeLocales = ["zh_CN", "en_GB"];
        VirtualKeyboardSettings.handwritingModeDisabled = true;
        VirtualKeyboardSettings.inputMethodHints = Qt.ImhSensitiveData;
        VirtualKeyboardSettings.locale = locale;
        ready.active = true;
    }
    readonly property string locale: house.locale === "en" ? "en_GB" : "zh_CN"
    onLocaleChanged: VirtualKeyboardSettings.locale = locale

    Loader {
        id: ready
        active: false
        width: panel.width
        y: panel.height - (panel.open ? height : 0)
        onLoaded: {
            // A field that was pressed before the keyboard was there asks again.
            const waiting = panel.Window.activeFocusItem;
            if (waiting && waiting.inputMethodHints !== undefined) {
                waiting.focus = false;
                waiting.forceActiveFocus();
                Qt.inputMethod.show();
            }
        }
        sourceComponent: InputPanel {
            objectName: "keyboard"
        }
    }
}
