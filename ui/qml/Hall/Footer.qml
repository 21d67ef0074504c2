import QtQuick

// Always at the bottom, always in the same place: back, language, leave.
Item {
    id: footer

    height: 148

    component Quiet: Tap {
        id: quiet
        property string icon
        width: row.implicitWidth + 56
        height: Theme.touch

        Rectangle {
            anchors.fill: parent
            radius: 8
            color: quiet.held ? Theme.pineTint : "transparent"
        }
        Row {
            id: row
            anchors.centerIn: parent
            spacing: 16
            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                name: quiet.icon
                size: 48
                color: Theme.pine
            }
            Text {
                anchors.verticalCenter: parent.verticalCenter
                text: quiet.label
                color: Theme.pine
                font.family: Theme.sans
                font.pixelSize: Theme.body
                font.weight: Font.Bold
            }
        }
    }

    Rectangle {
        width: parent.width
        height: parent.height
        color: Theme.paper
    }
    Rectangle {
        x: Theme.margin
        width: parent.width - 2 * Theme.margin
        height: 2
        color: Theme.rule
    }

    Quiet {
        objectName: "button_back"
        x: Theme.margin - 28
        y: 18
        visible: house.mayGoBack
        icon: "back"
        label: qsTr("上一步")
        onTapped: act.press("back")
    }

    Quiet {
        objectName: "button_lang"
        anchors.horizontalCenter: parent.horizontalCenter
        y: 18
        icon: "language"
        // In the language that it leads to: whoever needs it cannot read the other one.
        label: house.locale === "en" ? "中文" : "English"
        onTapped: act.speak(house.locale === "en" ? "zh_CN" : "en")
    }

    Quiet {
        objectName: "button_leave"
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin - 28
        y: 18
        visible: house.mayLeave
        icon: "leave"
        label: qsTr("结束办理")
        onTapped: act.press("leave")
    }
}
