import QtQuick

// A screen: heading, what it is about, and below, in reach of a seated person, what can be done.
Item {
    id: page

    property string title
    property string lead
    default property alias content: column.data
    property alias actions: buttons.data
    property alias scroll: flick

    // Bring an item of this page into view.
    function reveal(item) {
        const top = item.mapToItem(column, 0, 0).y;
        const low = top + item.height + 40;
        if (top - 40 < flick.contentY)
            flick.contentY = Math.max(0, top - 40);
        else if (low > flick.contentY + flick.height)
            flick.contentY = Math.max(0, Math.min(low - flick.height, top - 40));
    }

    Flickable {
        id: flick
        anchors {
            left: parent.left
            right: parent.right
            top: parent.top
            bottom: rule.top
        }
        contentHeight: column.height + 32
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        flickableDirection: Flickable.VerticalFlick
        interactive: contentHeight > height

        Column {
            id: column
            x: Theme.margin
            width: page.width - 2 * Theme.margin
            spacing: Theme.gap

            Heading {
                width: parent.width
                visible: text !== ""
                text: page.title
            }

            Words {
                width: parent.width
                visible: text !== ""
                text: page.lead
                color: Theme.inkSoft
            }
        }
    }

    Rectangle {
        anchors {
            left: parent.left
            right: parent.right
            top: rule.top
            bottom: parent.bottom
        }
        color: Theme.paper
    }

    // Where there is more, the page says so: a rule over the buttons and a mark at the edge.
    Rectangle {
        id: rule
        anchors {
            left: parent.left
            right: parent.right
            bottom: buttons.top
            bottomMargin: buttons.children.length ? 28 : 0
        }
        height: 2
        color: Theme.rule
        opacity: flick.interactive && !flick.atYEnd ? 1 : 0
    }

    Rectangle {
        visible: flick.interactive
        x: page.width - 26
        width: 8
        radius: 4
        color: Theme.pine
        y: flick.y + flick.visibleArea.yPosition * flick.height
        height: flick.visibleArea.heightRatio * flick.height
    }

    Column {
        id: buttons
        anchors {
            left: parent.left
            right: parent.right
            bottom: parent.bottom
            leftMargin: Theme.margin
            rightMargin: Theme.margin
            bottomMargin: 28
        }
        spacing: 20
    }
}
