import Harness
import Hosts
import Operations
import TestSupport
import Testing

@testable import Systems

/// What is found in the logs of nodes, and from where on.
@Suite struct NodeLogTests {
  private let n1 = NodeID(1)
  private let log = "/run/n1/logs/log"
  private let patterns = [
    LogPattern("crash", "CRASH REPORT"), LogPattern("crash", "crasher:"),
    LogPattern("hang", "Global hang"),
  ]

  private func found(_ fixture: NodeFixture, limit: Int = 10) async -> [String]? {
    await fixture.processes.logLines(of: n1, matching: patterns, limit: limit)?
      .map { "\($0.pattern)|\($0.line)" }
  }

  @Test func linesSinceTheMarkThatMatch() async throws {
    let fixture = NodeFixture(boot: .zero)
    #expect(await found(fixture) == nil)
    await fixture.processes.markLogs()
    fixture.host.append("an old CRASH REPORT\n", to: log)
    #expect(await found(fixture) == ["crash|an old CRASH REPORT"])
    await fixture.processes.markLogs()
    #expect(await found(fixture) == [])
    fixture.host.append(
      "all is well\n\n  crasher: x\r\nGlobal hang workaround\nGlobal han\nCRASH", to: log)
    fixture.host.append(" REPORT at the end", to: log)
    #expect(
      await found(fixture) == [
        "crash|  crasher: x", "hang|Global hang workaround", "crash|CRASH REPORT at the end",
      ])
  }

  @Test func aPatternHasItsLimitAndALineItsLength() async throws {
    let fixture = NodeFixture(boot: .zero)
    let long = String(repeating: "é", count: 400)
    for number in 1...5 { fixture.host.append("CRASH REPORT \(number) \(long)\n", to: log) }
    fixture.host.append("Global hang\n", to: log)
    let lines = await fixture.processes.logLines(of: n1, matching: patterns, limit: 2) ?? []
    #expect(lines.map(\.pattern) == ["crash", "crash", "hang"])
    #expect(lines.map(\.line.count) == [300, 300, 11])
  }

  @Test func anEmptyPatternMatchesEveryLine() async throws {
    let fixture = NodeFixture(boot: .zero)
    fixture.host.append("a\nb\n", to: log)
    let lines = await fixture.processes.logLines(
      of: n1, matching: [LogPattern("any", "")], limit: 9)
    #expect(lines?.map(\.line) == ["a", "b"])
  }
}
