import Operations
import Synchronization
import Testing

@testable import Report

struct ProgressTests {
  private static func tick(
    _ seconds: Double, _ phase: Phase = .load, operations: Int, faults: [String] = [],
    down: [NodeID] = []
  ) -> ProgressTick {
    ProgressTick(
      phase: phase, elapsed: .milliseconds(Int(seconds * 1000)), operations: operations,
      confirmed: [ConfirmedCount(.mirrored, operations / 2), ConfirmedCount(.quorum, operations)],
      activeFaults: faults, nodesDown: down)
  }

  @Test func onATerminalOneLineIsRewritten() {
    var line = ProgressLine(title: "losing", isTerminal: true, width: 100)
    #expect(
      line.tick(Self.tick(1, operations: 0))
        == "\rlosing load · 1.0 s · confirmed: mirrored 0, quorum 0\u{1B}[K")
    #expect(
      line.tick(Self.tick(3, operations: 4200, faults: ["isolate n1"], down: [NodeID(2)]))
        == "\rlosing load · 3.0 s · 2,100 op/s · confirmed: mirrored 2,100, quorum 4,200 · "
        + "faults: isolate n1 · …\u{1B}[K")
    #expect(
      line.message("n2 hung in boot")
        == "\r\u{1B}[Kn2 hung in boot\nlosing load · 3.0 s · 2,100 op/s · confirmed: mirrored "
        + "2,100, quorum 4,200 · faults: isolate n1 · …\u{1B}[K")
    #expect(line.finish() == "\r\u{1B}[K")
    #expect(line.finish() == "")
  }

  @Test(arguments: [0, 20, 33, 47, 80, 200])
  func aTerminalLineNeverReachesTheLastColumn(width: Int) {
    var line = ProgressLine(title: "losing", isTerminal: true, width: width)
    for second in 1...40 {
      let text = line.tick(
        Self.tick(
          Double(second), operations: second * 100_000, faults: ["isolate n1", "kill n2"],
          down: [NodeID(1)]))
      let shown = text.dropFirst().dropLast(3)
      #expect(shown.count < max(20, width))
    }
  }

  @Test func whenPipedALineComesAtChangesAndEveryTenSeconds() {
    var line = ProgressLine(title: "losing", isTerminal: false, width: 30)
    let ticks = [
      Self.tick(0, .setup, operations: 0), Self.tick(1, .setup, operations: 0),
      Self.tick(2, operations: 100), Self.tick(11.9, operations: 900),
      Self.tick(12, operations: 1100), Self.tick(13, operations: 1200, faults: ["kill n1"]),
      Self.tick(14, operations: 1300, faults: ["kill n1"], down: [NodeID(1)]),
      Self.tick(15, operations: 1300, faults: ["kill n1"], down: [NodeID(1)]),
      Self.tick(16, operations: 1400),
    ]
    let output = ticks.map { line.tick($0) }
    #expect(
      output == [
        "losing setup · 0.0 s · confirmed: mirrored 0, quorum 0\n",
        "",
        "losing load · 2.0 s · 100 op/s · confirmed: mirrored 50, quorum 100\n",
        "",
        "losing load · 12.0 s · 81 op/s · confirmed: mirrored 550, quorum 1,100\n",
        "losing load · 13.0 s · 273 op/s · confirmed: mirrored 600, quorum 1,200 · "
          + "faults: kill n1\n",
        "losing load · 14.0 s · 100 op/s · confirmed: mirrored 650, quorum 1,300 · "
          + "faults: kill n1 · down: n1\n",
        "",
        "losing load · 16.0 s · 100 op/s · confirmed: mirrored 700, quorum 1,400\n",
      ])
    #expect(line.message("done") == "done\n")
    #expect(line.finish() == "")
    #expect(!output.joined().contains("\u{1B}"))
  }

  @Test func theWriterHandsOnWhatIsToBePrinted() {
    let written = Mutex<[String]>([])
    var writer = ProgressWriter(
      ProgressLine(title: "control", isTerminal: false, width: 80)
    ) { text in written.withLock { $0.append(text) } }
    writer.tick(Self.tick(0, operations: 0))
    writer.tick(Self.tick(1, operations: 0))
    writer.message("a\nb")
    writer.finish()
    #expect(
      written.withLock { $0 } == [
        "control load · 0.0 s · confirmed: mirrored 0, quorum 0\n", "a b\n",
      ])
  }
}
