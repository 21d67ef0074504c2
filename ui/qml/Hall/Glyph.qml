import QtQuick

// Line icons of our own on a grid of 24.
Item {
    id: glyph

    property string name
    property color color: Theme.ink
    property real weight: 1.7
    property int size: 48

    readonly property var paths: ({
            "back": "M15 5 L8 12 L15 19",
            "next": "M9 5 L16 12 L9 19",
            "check": "M5 12.5 L10 17.5 L19.5 7",
            "cross": "M6.5 6.5 L17.5 17.5 M17.5 6.5 L6.5 17.5",
            "person": "M12 12 a4 4 0 1 0 0 -8 a4 4 0 1 0 0 8 M4 20.5 C4.6 16.6 8 15 12 15 C16 15 19.4 16.6 20 20.5",
            "card": "M3 6 H21 V18 H3 Z M6.5 14.5 C6.8 12.8 10.2 12.8 10.5 14.5 M8.5 11.7 a1.6 1.6 0 1 0 0 -3.2 a1.6 1.6 0 1 0 0 3.2 M13.5 10 H18 M13.5 13.5 H18",
            "face": "M8 3.5 H4 V7.5 M16 3.5 H20 V7.5 M8 20.5 H4 V16.5 M16 20.5 H20 V16.5 M9 9.5 V10.8 M15 9.5 V10.8 M8.8 14.4 C10.2 16 13.8 16 15.2 14.4",
            "language": "M12 21 a9 9 0 1 0 0 -18 a9 9 0 1 0 0 18 M3.4 9.5 H20.6 M3.4 14.5 H20.6 M12 3 C7.8 8 7.8 16 12 21 C16.2 16 16.2 8 12 3",
            "leave": "M13.5 4 H5 V20 H13.5 M10 12 H20.5 M17 8.5 L20.5 12 L17 15.5",
            "search": "M10.5 17 a6.5 6.5 0 1 0 0 -13 a6.5 6.5 0 1 0 0 13 M15.3 15.3 L20.5 20.5",
            "printer": "M7 9 V3.5 H17 V9 M7 17.5 H3.5 V9 H20.5 V17.5 H17 M7 14 H17 V20.5 H7 Z",
            "page": "M6 3 H14.5 L19 7.5 V21 H6 Z M14.5 3 V7.5 H19 M9 12 H16 M9 16 H16",
            "camera": "M3.5 7 H8 L9.5 4.5 H14.5 L16 7 H20.5 V19 H3.5 Z M12 16.5 a4 4 0 1 0 0 -8 a4 4 0 1 0 0 8",
            "offline": "M4 4 L20 20 M8.5 15 C9.5 14 10.6 13.6 12 13.6 M5.5 11.5 C6.6 10.5 7.8 9.8 9.2 9.4 M18.6 11.5 C17 10 15.2 9.2 13 9 M12 18.6 V18.7",
            "clock": "M12 21 a9 9 0 1 0 0 -18 a9 9 0 1 0 0 18 M12 7 V12 L15.5 14.5",
            "warning": "M12 4 L21.5 20 H2.5 Z M12 10 V14.6 M12 17.2 V17.3",
            "change": "M4.5 19.5 L5.5 15.5 L15.8 5.2 L18.8 8.2 L8.5 18.5 Z M13.6 7.4 L16.6 10.4",
            "phone": "M6 3.5 H9.5 L11 8 L8.8 9.8 C9.8 12.2 11.8 14.2 14.2 15.2 L16 13 L20.5 14.5 V18 C20.5 19.5 19.5 20.5 18 20.5 C10.5 20 4 13.5 3.5 6 C3.5 4.5 4.5 3.5 6 3.5 Z",
            "lock": "M5.5 10.5 H18.5 V20.5 H5.5 Z M8.5 10.5 V7.5 C8.5 2.8 15.5 2.8 15.5 7.5 V10.5 M12 14.5 V16.5",
            "receipt": "M6 3 H18 V21 L15 19 L12 21 L9 19 L6 21 Z M9 8 H15 M9 12 H15",
            "retake": "M19.5 12 a7.5 7.5 0 1 1 -2.4 -5.5 M17.6 2.8 V7 H13.4",
            "eye": "M2.5 12 C6 6.5 18 6.5 21.5 12 C18 17.5 6 17.5 2.5 12 Z M12 14.6 a2.6 2.6 0 1 0 0 -5.2 a2.6 2.6 0 1 0 0 5.2",
            "send": "M12 19.5 V5 M6 11 L12 5 L18 11",
            "down": "M5 9 L12 16 L19 9",
            "erase": "M9 5 H21 V19 H9 L3 12 Z M12 9.5 L17 14.5 M17 9.5 L12 14.5",
            "notice": "M4 10 V14 H7.5 L15 18.5 V5.5 L7.5 10 Z M18 9.5 C19.4 11 19.4 13 18 14.5",
            "dot": "M12 13 a1 1 0 1 0 0 -2 a1 1 0 1 0 0 2"
        })

    width: size
    height: size

    // An SVG and not a Shape: pictures are clipped by every renderer, line drawings are not by the software one.
    Image {
        anchors.fill: parent
        sourceSize: Qt.size(glyph.size, glyph.size)
        source: !(glyph.name in glyph.paths) ? "" : "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='" + glyph.size + "' height='" + glyph.size + "' viewBox='0 0 24 24' fill='none' stroke='" + String(glyph.color).replace("#", "%23") + "' stroke-width='" + glyph.weight + "' stroke-linecap='round' stroke-linejoin='round'><path d='" + glyph.paths[glyph.name] + "'/></svg>"
    }
}
