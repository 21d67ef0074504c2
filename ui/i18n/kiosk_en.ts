<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>Card</name>
    <message>
        <source>正在读取身份证</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>身份证没有读成</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请把身份证放在读卡区</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请不要移动身份证，大约需要两秒。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>读卡区在屏幕下方，有身份证标记的位置。办理期间请一直放着，结束后记得取走。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请拿起身份证，再放回读卡区。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没带身份证？请到人工窗口办理。</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Closed</name>
    <message>
        <source>正在维护</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>本机遇到故障，已停止服务</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>暂停服务</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>技术人员正在检修，完成后自动恢复。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>恢复后本机会自动开始服务。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已经提交的申请不受影响</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>显示过“已收下”的申请都安全保存，会继续办理。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>现在需要办理？</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请使用旁边的自助机，或在工作时间到人工窗口。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请取走读卡区上的身份证</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Consent</name>
    <message>
        <source>先征得您的同意</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>为确认是您本人，本机需要读取身份证，并做一次人脸核验。人脸信息属于敏感个人信息，请您知情后选择。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>只作核对</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>现场画面只与您身份证芯片中的照片比对，用于确认是本人。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>不留存，不上传</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>人脸画面不离开本机，结束办理时清除。上传的只有核验结果和时间。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>可以不同意</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>不同意也能办：请到人工窗口，由工作人员核验身份。不影响办理结果。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>申请信息</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>您填写的内容和材料会加密提交审批机关，只用于本次办理。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>同意，开始核验</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>不同意，到人工窗口办理</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Countdown</name>
    <message>
        <source>您还在吗？</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>为保护您的信息，倒计时结束后将退出并清除本次填写的内容。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>我还在，继续办理</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Decision</name>
    <message>
        <source>准予登记</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>这次没有通过</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>交由工作人员审查</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已收下，等待审批</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>系统按公开的审查标准逐项审查，全部符合。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>由工作人员审查决定。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>不符合的标准和原因列在下面。您可以补正后重新申请。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>系统不能作出全部判断，或您要求人工审查。工作人员会在法定期限内决定。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>网络恢复后自动送出，带同一张身份证回来即可查看结果。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>受理号 %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>原因</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>您的权利</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>逐项审查结果</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>依据：%1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>打印证照（%1 份）</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>打印凭条</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已请工作人员复查</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请工作人员复查</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Face</name>
    <message>
        <source>请慢慢向左转头</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请慢慢向右转头</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请眨一下眼睛</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请正视前方</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请看着屏幕上的圆框</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有看到人脸，请站到屏幕正前方</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请靠近一点</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请往后退一点</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>光线太暗，请让脸朝向灯光</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>光线太强，请避开背后的亮光</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请保持不动</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>画面里有多个人，请单独站在屏幕前</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请把脸移到圆框中间</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有认出您与身份证照片是同一人。摘下口罩、帽子或有色眼镜，往往会有帮助。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有看清您按提示做的动作。请按提示慢慢做。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>时间到了，还没有完成提示的动作。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>摄像头暂时没有画面。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>这次没有核验成功</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>这一次没有通过</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>三次机会已用完，没有提交任何内容。您仍然可以办理：</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>第 %1 次，共 3 次机会</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>到人工窗口</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>工作人员会当面核对身份证，为您办理。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>稍后再试</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>换一个光线好一些的时间，重新从头开始即可。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>结束，取回身份证</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FieldBox</name>
    <message>
        <source>%1（选填）</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Footer</name>
    <message>
        <source>上一步</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>修改后将回到核对页。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>申请表第 %1 页，共 %2 页</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>有 %1 处需要修改</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>保存，回到核对</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>继续</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>开始填写</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>核验身份</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>选择事项</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>填写申请</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>核对</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>审批</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>领取</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>自助政务大厅</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>网络暂断，可继续办理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>第 %1 步，共 6 步&#x3000;%2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Home</name>
    <message>
        <source>%1，您好</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>您好</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请选择要办理的事项。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>您有 %1 份证件可以领取</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>现在打印领取</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>搜索事项：名称或拼音首字母</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>现在没有可以办理的事项。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有找到这个事项。请换一个词，或试试拼音首字母。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>现在不能办理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>还有 %1 项，可用上面的搜索查看原因</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Idle</name>
    <message>
        <source>夜里，
也能办事。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>24小时自助政务大厅</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>现在可以办理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>另有 %1 项事项，开始后可查看</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>触摸屏幕，开始办理</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>24小时自助政务大厅</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Materials</name>
    <message>
        <source>没有看到纸张，请把它平放在拍摄台上。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>拍得不清楚，请把纸放平，手移开后再拍。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>纸面反光，请取下塑料膜，或换一个角度。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>拍摄设备暂时没有画面，请稍等再试。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>看得清楚吗？</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>四角完整、文字清楚、没有反光，就可以使用。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>第 %1 份材料，共 %2 份</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在拍摄…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>拍摄</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>清楚，使用这张</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>重新拍摄</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Print</name>
    <message>
        <source>等待打印</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在排版</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在打印</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已打印，请取走</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有打印出来</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>不能确定是否印出</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>证照仍然有效，随时带同一张身份证来领取。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>为避免重复出证，本机不再重印。请看出纸口：有纸请取走；没有请联系工作人员。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在打印您的证照</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请取走您的证照</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>打印没有全部完成</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>每一份出纸后，这里才会显示“已打印”。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>出纸口在屏幕右下方，请点清份数。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已取走，打印凭条</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>继续，打印凭条</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Receipt</name>
    <message>
        <source>请取走凭条</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>凭条没有打印出来</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在打印凭条</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>凭条上有受理号、查询方式和电话。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>这不影响您的办理结果。请记下或拍下受理号。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请稍候，几秒钟就好。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>受理号</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>办理完毕</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message>
        <source>请核对您的申请</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1。提交前请逐项看一遍，有误可以修改。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>修改</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>未填写</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>材料</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已拍摄</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>提交即表示以上内容真实、准确。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>确认无误，提交申请</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Submit</name>
    <message>
        <source>已收下您的申请</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>正在保存您的申请</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已收下，正在送出</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>审批机关正在审查</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>网络暂时不通。申请已安全保存在本机，网络恢复后自动送出，不需要您重新填写。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>保存好之前，请不要离开。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>申请已安全保存，不会丢失。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>加密保存在本机</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>送达审批机关</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>逐项审查</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>接下来</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>审批完成后，带同一张身份证回到任一台自助机，即可领取证照。凭条上有查询号码和电话。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>打印凭条</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TakeCard</name>
    <message>
        <source>办理完毕，谢谢您。本次的个人信息已从屏幕清除。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>长时间没有操作，已为您退出并清除填写的内容。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有进行人脸核验。请到人工窗口，由工作人员为您办理。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>身份没有核验成功，没有提交任何内容。请到人工窗口办理。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已结束办理，填写的内容已清除。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>请取走身份证</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>再见</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
