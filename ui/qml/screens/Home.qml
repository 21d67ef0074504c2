import QtQuick
import Hall

Page {
    id: page

    property string query
    readonly property int unavailableListed: 8
    readonly property var found: query === "" ? null : act.search(query)
    readonly property var able: pick(true)
    readonly property var unable: pick(false)

    readonly property int longList: 8
    readonly property var usual: house.offers.filter(each => !each.listedOnly)
    readonly property var classes: usual.map(each => each.group).filter((each, at, all) => all.indexOf(each) === at)
    readonly property string chosenClass: found === null && chips.visible ? chips.chosen : ""

    function pick(available) {
        const fitting = house.offers.filter(each => each.available === available && (found === null ? !each.listedOnly && (chosenClass === "" || each.group === chosenClass) : found.indexOf(each.code) >= 0));
        return found === null ? fitting : fitting.sort((a, b) => found.indexOf(a.code) - found.indexOf(b.code));
    }

    title: service.greeting !== "" ? qsTr("%1，您好").arg(service.greeting) : qsTr("您好")
    lead: qsTr("请选择要办理的事项。")

    Notice {
        visible: service.collectable.length > 0
        icon: "printer"
        title: qsTr("您有 %1 份证件可以领取").arg(service.collectable.length)
        text: service.collectable.join("\n")

        Action {
            objectName: "button_collect"
            width: parent.width
            label: qsTr("现在打印领取")
            icon: "printer"
            onTapped: act.press("collect")
        }
    }

    Repeater {
        model: service.letters
        Notice {
            required property var modelData
            readonly property bool refused: modelData.why !== ""
            bad: refused
            icon: refused ? "warning" : "clock"
            title: (refused ? qsTr("您%1的申请，审批机关没能收下") : qsTr("您%1的申请正在等待发送")).arg(modelData.on) + (modelData.service !== "" ? "\n" + modelData.service : "")
            text: (refused ? qsTr("原因：%1。填写的内容和材料都完整保存在本机，没有丢失。").arg(modelData.why) + "\n" : "") + modelData.next + "\n" + (house.telephone !== "" ? qsTr("本机编号 %1，咨询电话 %2").arg(modelData.number).arg(house.telephone) : qsTr("本机编号 %1").arg(modelData.number))
        }
    }

    Announcements {
        width: parent.width
        most: 1
    }

    Item {
        id: search
        objectName: "search_field"
        readonly property bool tappable: true
        readonly property Item editor: input
        width: parent.width
        height: 128

        Rectangle {
            anchors.fill: parent
            radius: 8
            color: Theme.white
            border.width: input.activeFocus ? 6 : 3
            border.color: input.activeFocus ? Theme.pine : Theme.inkSoft
        }
        Glyph {
            x: 32
            anchors.verticalCenter: parent.verticalCenter
            name: "search"
            size: 56
            color: Theme.pine
        }
        Text {
            x: 116
            width: parent.width - x - 20
            anchors.verticalCenter: parent.verticalCenter
            visible: input.text === "" && input.preeditText === ""
            text: qsTr("搜索事项：名称或拼音首字母")
            color: Theme.inkSoft
            font.family: Theme.sans
            font.pixelSize: 40
        }
        TextInput {
            id: input
            anchors.fill: parent
            leftPadding: 116
            rightPadding: 30
            verticalAlignment: TextInput.AlignVCenter
            clip: true
            color: Theme.ink
            font.family: Theme.sans
            font.pixelSize: 44
            maximumLength: 40
            inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoAutoUppercase
            // The letters still being composed count too: initials find a service before any character is chosen.
            onTextChanged: page.query = (text + preeditText).replace(/[ ']/g, "")
            onPreeditTextChanged: page.query = (text + preeditText).replace(/[ ']/g, "")
            onAccepted: {
                focus = false;
                Qt.inputMethod.hide();
            }
        }
    }

    ClassChips {
        id: chips
        width: parent.width
        visible: page.found === null && page.usual.length > page.longList && page.classes.length > 1
        classes: page.classes
        onClassesChanged: chosen = ""  // another language has other words
    }

    Repeater {
        model: page.able
        ServiceRow {
            required property var modelData
            objectName: "service_" + modelData.code
            width: parent.width
            offer: modelData
            onTapped: {
                Qt.inputMethod.reset();
                act.choose(modelData.code);
            }
        }
    }

    Words {
        width: parent.width
        visible: page.able.length + page.unable.length === 0
        text: page.query === "" ? qsTr("现在没有可以办理的事项。") : qsTr("没有找到这个事项。请换一个词，或试试拼音首字母。")
        color: Theme.inkSoft
    }
    Text {
        visible: page.unable.length > 0
        topPadding: 16
        text: qsTr("现在不能办理")
        color: Theme.ink
        font.family: Theme.serif
        font.pixelSize: Theme.heading
        font.weight: Font.Bold
    }
    Repeater {
        model: page.unable.slice(0, page.unavailableListed)
        ServiceRow {
            required property var modelData
            objectName: "service_" + modelData.code
            width: parent.width
            offer: modelData
            onTapped: {
                Qt.inputMethod.reset();
                act.choose(modelData.code);
            }
        }
    }
    Words {
        width: parent.width
        visible: page.unable.length > page.unavailableListed
        text: qsTr("还有 %1 项，可用上面的搜索查看原因").arg(page.unable.length - page.unavailableListed)
        color: Theme.inkSoft
        font.pixelSize: Theme.small
    }
}
