import QtQuick

// Which hall this is, and how far along the journey.
Item {
    id: header

    readonly property var names: [qsTr("核验身份"), qsTr("选择事项"), qsTr("填写申请"), qsTr("核对"), qsTr("审批"), qsTr("领取")]

    height: 236

    // Opaque: pages scroll below the header, and line drawings are not clipped by every renderer.
    Rectangle {
        width: parent.width
        height: parent.height
        color: Theme.paper
    }

    Row {
        x: Theme.margin
        y: 48
        spacing: 20

        Rectangle {
            width: 64
            height: 64
            radius: 6
            color: Theme.pine
            Text {
                anchors.centerIn: parent
                text: "24"
                color: Theme.paper
                font.family: Theme.serif
                font.pixelSize: 38
                font.weight: Font.Bold
            }
        }

        Text {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("自助政务大厅")
            color: Theme.ink
            font.family: Theme.serif
            font.pixelSize: 38
            font.weight: Font.Bold
        }
    }

    Row {
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin
        y: 56
        spacing: 14
        visible: !house.online && house.step > 0

        Glyph {
            name: "offline"
            size: 46
            color: Theme.inkSoft
        }
        Text {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("网络暂断，可继续办理")
            color: Theme.inkSoft
            font.family: Theme.sans
            font.pixelSize: Theme.small
        }
    }

    Column {
        x: Theme.margin
        y: 140
        width: parent.width - 2 * Theme.margin
        spacing: 10
        visible: house.step > 0

        Row {
            spacing: 10
            Repeater {
                model: 6
                Rectangle {
                    required property int index
                    width: (header.width - 2 * Theme.margin - 50) / 6
                    height: index < house.step ? 8 : 3
                    anchors.bottom: parent.bottom
                    color: index < house.step ? Theme.pine : Theme.rule
                }
            }
        }

        Text {
            text: house.step > 0 ? qsTr("第 %1 步，共 6 步 · %2").arg(house.step).arg(header.names[house.step - 1]) : ""
            color: Theme.inkSoft
            font.family: Theme.sans
            font.pixelSize: Theme.small
        }
    }
}
