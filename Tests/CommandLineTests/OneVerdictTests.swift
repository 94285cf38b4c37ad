import Campaign
import CanonicalJSON
import Environment
import Harness
import Hosts
import Operations
import Store
import TestSupport
import Testing

/// The same run gets the same verdict whoever is asked: the report, programs, single guarantees,
/// results.json, JUnit, the table and the matrix.
@Suite struct OneVerdictTests {
  /// A run, and what has to be said of it.
  struct Case: Sendable, CustomStringConvertible {
    var description: String
    /// The events after three messages were published and confirmed.
    var events: String
    var required: [Guarantee] = [.atLeastOnce, .integrity]
    var faults: [FaultStep] = []
    var verdict: Verdict
  }

  private static let head = """
    {"stoat":"history","version":1,"name":"case","seed":"1","system":"rabbitmq 3.10.8","origin":0,\
    "nodes":["n1"],"queues":[{"id":0,"name":"q","kind":"quorum"}],"clients":[{"id":0,\
    "role":"publisher","node":"n1","queue":0},{"id":1,"role":"consumer","node":"n1","queue":0}]}
    {"at":0,"event":"phase","phase":"setup"}
    {"at":1000000,"event":"session-opened","session":0,"client":0,"node":"n1"}
    {"at":1000000,"event":"session-opened","session":1,"client":1,"node":"n1"}
    {"at":2000000,"event":"phase","phase":"load"}
    {"at":5000000,"event":"invoked","op":0,"client":1,"queue":0,"action":"consume","prefetch":9}
    {"at":5000000,"event":"written","op":0,"session":1,"sequence":0}
    {"at":5000000,"event":"completed","op":0,"outcome":"ok","answer":"accepted"}

    """

  private static func published(_ count: Int) -> String {
    (0..<count).map { number in
      let op = number + 1
      return """
        {"at":\(10 * op)000000,"event":"invoked","op":\(op),"client":0,"queue":0,\
        "action":"publish","message":"0.\(number)"}
        {"at":\(10 * op)000000,"event":"written","op":\(op),"session":0,"sequence":\(op)}
        {"at":\(10 * op + 1)000000,"event":"answered","session":0,"sequence":\(op),\
        "multiple":false,"positive":true}
        {"at":\(10 * op + 1)000000,"event":"completed","op":\(op),"outcome":"ok",\
        "answer":"confirmed"}

        """
    }.joined()
  }

  private static func delivered(_ numbers: Range<Int>, redelivered: Bool = false) -> String {
    numbers.enumerated().map { place, number in
      """
      {"at":\(100 + place)000000,"event":"delivered","queue":0,"session":1,"tag":\(place + 1),\
      "message":"0.\(number)","redelivered":\(redelivered)}
      {"at":\(100 + place)000000,"event":"settled","session":1,"tag":\(place + 1),"multiple":false,\
      "kind":"ack"}

      """
    }.joined()
  }

  private static func fault(_ stage: String, at: Int) -> String {
    """
    {"at":\(at)000000,"event":"fault","fault":0,"name":"heal","stage":"\(stage)","nodes":["n1"],\
    "detail":"d"}

    """
  }

  private static let drained = """
    {"at":1000000000,"event":"phase","phase":"drain"}
    {"at":1001000000,"event":"broker","kind":"drained","detail":"","queue":0}

    """
  private static let undrained = """
    {"at":1000000000,"event":"phase","phase":"drain"}
    {"at":1001000000,"event":"broker","kind":"undrained","detail":"n1 counts 1 ready","queue":0}

    """
  private static let done = #"{"at":2000000000,"event":"phase","phase":"done"}"# + "\n"
  private static let heal = FaultStep(id: FaultID(0), at: .zero, fault: .heal(nil))

  static let cases: [Case] = [
    Case(description: "clean", events: delivered(0..<3) + drained + done, verdict: .valid),
    Case(description: "lost", events: delivered(1..<3) + drained + done, verdict: .invalid),
    Case(
      description: "lost, which nobody requires", events: delivered(1..<3) + drained + done,
      required: [.integrity, .confirmProtocol], verdict: .valid),
    Case(
      description: "not drained", events: delivered(1..<3) + undrained + done, verdict: .unknown),
    Case(description: "a phantom", events: delivered(1..<4) + drained + done, verdict: .invalid),
    Case(description: "ended early", events: delivered(0..<3) + drained, verdict: .unknown),
    Case(description: "lost, ended early", events: delivered(1..<3) + drained, verdict: .invalid),
    Case(
      description: "a fault without evidence",
      events: delivered(0..<3) + fault("began", at: 900) + drained + done, faults: [heal],
      verdict: .unknown),
    Case(
      description: "lost, and a fault without evidence",
      events: delivered(1..<3) + fault("began", at: 900) + drained + done, faults: [heal],
      verdict: .invalid),
    Case(
      description: "a fault that never began", events: delivered(0..<3) + drained + done,
      faults: [heal], verdict: .unknown),
    Case(
      description: "a proved fault",
      events: delivered(0..<3) + fault("began", at: 900) + fault("proved", at: 901) + drained
        + done,
      faults: [heal], verdict: .valid),
    Case(
      description: "nothing is required", events: delivered(0..<3) + drained + done, required: [],
      verdict: .unknown),
    Case(
      description: "something required was judged by nobody",
      events: delivered(0..<3) + drained + done, required: [.integrity, .deadLetters],
      verdict: .unknown),
  ]

  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  private func write(_ run: Case) throws {
    let text = Self.head + Self.published(3) + run.events
    let directory = RunDirectory(existing: scratch.path)
    try SmallFile.replace(directory.history, with: Array(text.utf8))
    var plan = PlanOptions().plan(describing: try HistoryFile.open(directory.history).header)
    plan.schedule = FaultSchedule(name: "case", steps: run.faults)
    plan.criteria.minimumConfirmed = 1
    plan.queues[0].required = run.required
    try SmallFile.replace(directory.plan, with: Array(plan.canonicalText.utf8))
    let (_, trouble) = ResultFiles(try RunCheck.ofDirectory(scratch.path)).write()
    #expect(trouble == nil)
  }

  private func stoat(_ arguments: [String], _ verdict: Verdict? = nil) async throws -> String {
    let result = try await StoatProgram.run(arguments + [scratch.path])
    if let verdict {
      #expect(
        result.ending == .exited(verdict.exitCode), "\(arguments): \(result.output)\(result.errors)"
      )
    }
    return result.output
  }

  private func verdicts(_ output: String) throws -> [Verdict] {
    try output.split(separator: "\n").map { line in
      guard case .string(let name)? = try JSONValue(parsing: String(line))["verdict"] else {
        return .unknown
      }
      return try #require(Verdict(rawValue: name))
    }
  }

  @Test(arguments: cases) func everybodySaysTheSame(_ run: Case) async throws {
    try write(run)
    let report = try await stoat(["check", "--update"], run.verdict)
    #expect(report.contains("Verdict: \(run.verdict.rawValue)"))
    let lines = try verdicts(await stoat(["check", "--json"], run.verdict))
    if run.verdict == .invalid { #expect(lines.contains(.invalid)) }
    try await singleGuarantees(run)
    try await writtenReports(run)
  }

  /// The worst of what is said of each required guarantee is the verdict.
  private func singleGuarantees(_ run: Case) async throws {
    if run.required.isEmpty { return }
    let names = run.required.flatMap { ["--checker", $0.rawValue] }
    let lines = try verdicts(await stoat(["check", "--json"] + names, run.verdict))
    #expect(lines.count == run.required.count && lines.max() == run.verdict)
  }

  /// What was written beside the history, and what is made from it.
  private func writtenReports(_ run: Case) async throws {
    let directory = RunDirectory(existing: scratch.path)
    let results = try JSONValue(
      parsing: String(decoding: SmallFile.read(directory.results), as: UTF8.self))
    #expect(results["verdict"] == .string(run.verdict.rawValue))
    let junit = String(decoding: try SmallFile.read(directory.junit), as: UTF8.self)
    #expect(junit.contains("<failure ") == (run.verdict == .invalid))
    if run.verdict == .valid { #expect(!junit.contains("<error ")) }
    if run.verdict == .unknown { #expect(junit.contains("<error ")) }
    let table = try await stoat(["report", "--format", "table"])
    #expect(table.contains("| \(run.verdict.rawValue) |"), "\(table)")
    let matrix = try await stoat(["report", "--format", "matrix"])
    let marks = run.required.map { guarantee in
      let row = matrix.split(separator: "\n").first { $0.hasPrefix("| \(guarantee.rawValue) |") }
      return row.map { $0.split(separator: "|")[1].trimmed } ?? ""
    }
    #expect(marks.allSatisfy { $0.hasPrefix("held") } || run.verdict != .valid, "\(matrix)")
    #expect(marks.contains { $0.hasPrefix("violated") } == (run.verdict == .invalid), "\(matrix)")
    let isWhole = run.events.hasSuffix(Self.done)
    let isProved = run.faults.isEmpty || run.events.contains("\"proved\"")
    #expect(!matrix.contains("| held") || isWhole && isProved, "\(matrix)")
  }
}

extension Substring {
  /// Without spaces around it.
  fileprivate var trimmed: Substring {
    drop { $0 == " " }
  }
}
