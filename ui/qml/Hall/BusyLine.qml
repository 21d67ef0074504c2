import QtQuick

// Something works and nobody knows how long: a bar that travels, or stands still where motion is unwelcome.
Item {
    id: line

    property bool running: true

    height: 8
    clip: true

    Rectangle {
        anchors.fill: parent
        color: Theme.pineTint
    }
    Rectangle {
        id: bar
        width: reducedMotion ? parent.width : parent.width * 0.3
        height: parent.height
        color: Theme.pine
        NumberAnimation on x {
            running: line.running && line.visible && !reducedMotion
            loops: Animation.Infinite
            from: -line.width * 0.3
            to: line.width
            duration: 1600
            easing.type: Easing.InOutSine
        }
    }
}
