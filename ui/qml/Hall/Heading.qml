import QtQuick

Text {
    color: Theme.ink
    font.family: Theme.serif
    font.pixelSize: Theme.title
    font.weight: Font.Bold
    lineHeight: 0.92
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    Accessible.role: Accessible.Heading
    Accessible.name: text
}
