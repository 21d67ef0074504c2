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
        sourceComponent: InputPanel {
            objectName: "keyboard"
        }
    }
}
