import QtQuick

// How to follow an application: a number to say, a code to scan, a telephone to ring.
Item {
    id: follow

    readonly property bool local: outcome.reference === ""

    visible: outcome.reference !== "" || outcome.localNumber !== ""
    width: parent ? parent.width : 0
    height: Math.max(code.height, words.height) + 56

    Rectangle {
        anchors.fill: parent
        color: Theme.white
        border.width: 3
        border.color: Theme.rule
        radius: 8
    }
    Image {
        id: code
        x: 28
        y: 28
        width: visible ? 248 : 0
        height: visible ? 248 : 0
        visible: outcome.progressCode !== ""
        source: outcome.progressCode
        smooth: false
        fillMode: Image.PreserveAspectFit
    }
    Column {
        id: words
        x: code.width + 64
        y: 28
        width: follow.width - x - 28
        spacing: 6

        Words {
            width: parent.width
            text: follow.local ? qsTr("本机编号") : qsTr("受理号")
            color: Theme.inkSoft
            font.pixelSize: Theme.small
        }
        Words {
            objectName: "follow_number"
            width: parent.width
            text: follow.local ? outcome.localNumber : outcome.reference
            font.pixelSize: 46
            font.weight: Font.Bold
        }
        Words {
            width: parent.width
            visible: code.visible
            text: qsTr("扫码查看办理进度")
            color: Theme.pine
        }
        Words {
            width: parent.width
            visible: house.telephone !== ""
            text: qsTr("咨询电话 %1").arg(house.telephone)
            color: Theme.inkSoft
        }
    }
}
