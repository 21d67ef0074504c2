import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Styles
import Hall

// The keyboard in the hall's own look: light keys, large letters, rows of 110 for a finger.
KeyboardStyle {
    id: style

    component Face: KeyPanel {
        id: face
        property color paint: Theme.white
        property color words: Theme.ink
        property string caption: control.displayText
        property string glyph
        property real size: 46

        Rectangle {
            anchors.fill: parent
            anchors.margins: 6
            radius: 8
            color: face.control.pressed ? Theme.pine : face.control.enabled ? face.paint : Theme.paperDeep
            border.width: 2
            border.color: Theme.rule
            Text {
                anchors.centerIn: parent
                visible: face.glyph === ""
                text: face.caption
                color: face.control.pressed ? Theme.paper : face.words
                font.family: Theme.sans
                font.pixelSize: face.size
                font.capitalization: face.control.uppercased ? Font.AllUppercase : Font.MixedCase
            }
            Glyph {
                anchors.centerIn: parent
                visible: face.glyph !== ""
                name: face.glyph
                size: 56
                color: face.control.pressed ? Theme.paper : face.words
            }
        }
    }

    keyboardDesignWidth: 1080
    keyboardDesignHeight: 480
    keyboardDesignMaximumHeight: 480
    keyboardRelativeLeftMargin: 8 / 1080
    keyboardRelativeRightMargin: 8 / 1080
    keyboardRelativeTopMargin: 8 / 480
    keyboardRelativeBottomMargin: 16 / 480

    keyboardBackground: Rectangle {
        color: "#D3CDBD"
        Rectangle {
            width: parent.width
            height: 3
            color: Theme.pine
        }
    }

    keyPanel: Face {}
    backspaceKeyPanel: Face {
        paint: Theme.paperDeep
        glyph: "erase"
    }
    languageKeyPanel: Face {
        paint: Theme.paperDeep
        glyph: "language"
    }
    enterKeyPanel: Face {
        paint: Theme.pine
        words: Theme.paper
        glyph: "check"
    }
    hideKeyPanel: Face {
        paint: Theme.paperDeep
        glyph: "down"
    }
    shiftKeyPanel: Face {
        paint: Theme.paperDeep
        glyph: "send"
    }
    spaceKeyPanel: Face {
        caption: control.displayText
        size: 34
    }
    symbolKeyPanel: Face {
        paint: Theme.paperDeep
        size: 36
    }
    modeKeyPanel: Face {
        paint: Theme.paperDeep
        size: 36
    }
    handwritingKeyPanel: Face {
        paint: Theme.paperDeep
        glyph: "change"
    }

    characterPreviewMargin: 0
    characterPreviewDelegate: Item {
        property string text
        property string flickLeft
        property string flickTop
        property string flickRight
        property string flickBottom
    }

    alternateKeysListItemWidth: 100
    alternateKeysListItemHeight: 110
    alternateKeysListDelegate: Item {
        width: 100
        height: 110
        Text {
            anchors.centerIn: parent
            text: model.text
            color: Theme.ink
            font.family: Theme.sans
            font.pixelSize: 46
        }
    }
    alternateKeysListHighlight: Rectangle {
        color: Theme.pineTint
    }
    alternateKeysListBackground: Rectangle {
        color: Theme.white
        border.width: 2
        border.color: Theme.pine
    }

    selectionListHeight: 104
    selectionListDelegate: SelectionListItem {
        id: suggestion
        width: Math.max(104, characters.implicitWidth + 48)
        Text {
            id: characters
            anchors.centerIn: parent
            text: display
            color: Theme.ink
            font.family: Theme.sans
            font.pixelSize: 46
        }
        Rectangle {
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            width: 2
            height: 48
            color: Theme.rule
        }
    }
    selectionListHighlight: Rectangle {
        color: Theme.pineTint
    }
    selectionListBackground: Rectangle {
        color: Theme.paper
    }
    popupListDelegate: selectionListDelegate
    popupListHighlight: selectionListHighlight
    popupListBackground: Rectangle {
        color: Theme.paper
        border.width: 2
        border.color: Theme.pine
    }
    languageListDelegate: selectionListDelegate
    languageListHighlight: selectionListHighlight
    languageListBackground: popupListBackground
}
