import QtQuick
import QtQuick.Shapes
import Hall

// Attract screen: the hall at night, what it can do now, one button.
Item {
    id: idle

    readonly property var sorted: house.offers.filter(each => each.available).concat(house.offers.filter(each => !each.available && !each.listedOnly))
    // What the strip leaves room for.
    readonly property int listed: house.announcements.length > 1 ? 1 : house.announcements.length > 0 ? 2 : 3

    Item {
        id: night
        width: parent.width
        height: 800
        clip: true

        Rectangle {
            anchors.fill: parent
            color: Theme.pineDeep
        }
        Rectangle {
            x: 826
            y: 90
            width: 132
            height: 132
            radius: 66
            color: Theme.moon
        }
        Rectangle {
            x: 790
            y: 66
            width: 122
            height: 122
            radius: 61
            color: Theme.pineDeep
        }
        Repeater {
            model: [[640, 120, 5], [716, 262, 4], [1010, 300, 5], [580, 250, 3], [990, 60, 3], [500, 96, 4], [880, 330, 3]]
            Rectangle {
                required property var modelData
                x: modelData[0]
                y: modelData[1]
                width: modelData[2]
                height: width
                radius: width / 2
                color: Theme.moon
                opacity: 0.8
            }
        }

        Column {
            x: Theme.margin
            y: 84
            spacing: 20
            Heading {
                width: 720
                text: qsTr("夜里，\n也能办事。")
                color: Theme.paper
                font.pixelSize: house.locale === "en" ? 92 : 104
            }
            Words {
                width: 800
                text: qsTr("24小时自助政务大厅")
                color: Theme.moon
                font.pixelSize: 40
            }
        }

        // The hall: eaves, beams, columns, lit doors and steps.
        Shape {
            id: hall
            y: 416
            width: 1080
            height: 384
            preferredRendererType: Shape.CurveRenderer
            ShapePath {
                strokeColor: "transparent"
                fillColor: "#06231C"
                PathSvg {
                    path: "M120 176 C250 168 330 120 372 70 L708 70 C750 120 830 168 960 176 L960 192 L900 196 L900 340 L180 340 L180 196 L120 192 Z"
                }
            }
            ShapePath {
                strokeColor: "transparent"
                fillColor: Theme.moon
                PathSvg {
                    path: "M430 216 H650 V340 H430 Z M244 228 H374 V318 H244 Z M706 228 H836 V318 H706 Z"
                }
            }
            ShapePath {
                strokeColor: "#06231C"
                strokeWidth: 7
                fillColor: "transparent"
                PathSvg {
                    path: "M540 216 V340 M485 216 V300 M595 216 V300 M430 300 H650 M287 228 V318 M331 228 V318 M244 273 H374 M749 228 V318 M793 228 V318 M706 273 H836"
                }
            }
            ShapePath {
                strokeColor: Theme.moon
                strokeWidth: 4
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                PathSvg {
                    path: "M104 164 C250 168 330 120 372 70 H708 C750 120 830 168 976 164 M352 66 C366 62 368 54 366 44 M728 66 C714 62 712 54 714 44 M372 70 H708 M120 192 H960 M180 340 H900 M216 196 V340 M402 196 V340 M678 196 V340 M864 196 V340"
                }
            }
            ShapePath {
                strokeColor: "transparent"
                fillColor: "#1D5A49"
                PathSvg {
                    path: "M430 340 H650 L730 384 H350 Z"
                }
            }
            ShapePath {
                strokeColor: Theme.moon
                strokeWidth: 3
                fillColor: "transparent"
                PathSvg {
                    path: "M0 382 H1080 M150 354 H930 M128 368 H952"
                }
            }
        }
    }

    Announcements {
        id: strip
        x: Theme.margin
        y: night.height + 24
        width: parent.width - 2 * Theme.margin
    }
    Column {
        x: Theme.margin
        y: night.height + 30 + (strip.visible ? strip.height + 18 : 0)
        width: parent.width - 2 * Theme.margin
        spacing: 6

        Text {
            text: qsTr("办理事项")
            color: Theme.ink
            font.family: Theme.serif
            font.pixelSize: Theme.heading
            font.weight: Font.Bold
        }
        Repeater {
            model: idle.sorted.slice(0, idle.listed)
            Column {
                id: line
                required property var modelData
                width: parent.width
                ServiceRow {
                    width: parent.width
                    offer: line.modelData
                    open: false
                }
                Rectangle {
                    width: parent.width
                    height: 2
                    color: Theme.rule
                }
            }
        }
        Words {
            width: parent.width
            visible: idle.sorted.length > idle.listed
            text: qsTr("另有 %1 项事项，开始后可查看").arg(idle.sorted.length - idle.listed)
            color: Theme.inkSoft
            font.pixelSize: Theme.small
        }
    }

    // For staff who pass by, and for whoever wonders: something waits, nothing is lost.
    Words {
        objectName: "backlog"
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: start.top
        anchors.bottomMargin: 18
        visible: house.backlog > 0
        text: qsTr("%1 份申请正在等待发送").arg(house.backlog)
        color: Theme.inkSoft
        font.pixelSize: Theme.small
    }

    // The whole screen starts; the button says so.
    MouseArea {
        anchors.fill: parent
        onClicked: act.press("start")
    }
    Action {
        id: start
        objectName: "button_start"
        x: Theme.margin
        width: parent.width - 2 * Theme.margin
        height: 176
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 36
        icon: "next"
        label: qsTr("触摸屏幕，开始办理")
        onTapped: act.press("start")
    }
}
