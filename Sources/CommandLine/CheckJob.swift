import Campaign
import CanonicalJSON
import Checkers
import Harness
import Judging
import Linearizability
import Report
import Store

/// What is to be said of each of several histories.
struct CheckJob: Sendable {
  /// The name of the checker that takes histories of anything that has a model.
  static let general = "general"

  /// What is asked of each.
  enum Task: Sendable {
    /// The report for people.
    case report
    /// What each of some checkers says.
    case answer([CheckerChoice])
    /// What every checker says; only what is required decides.
    case answerAll
    /// Whether it is linearizable.
    case general(GeneralHistoryCheck)
  }

  var task: Task
  var json: Bool
  var partial: Bool
  var updates: Bool
  var explains: Bool
  /// Whether there are several histories.
  var isOneOfMany: Bool

  /// The answer about the history or the run at `path`.
  func answer(_ path: String) -> CheckAnswer {
    var answer = CheckAnswer()
    do {
      let verdict =
        switch task {
        case .report: try report(path, &answer)
        case .answer(let choices): try self.answer(path, choices, &answer)
        case .answerAll: try answerAll(path, &answer)
        case .general(let check): try judge(path, check, &answer)
        }
      answer.status = verdict.exitCode
    } catch let failure as CommandFailure {
      answer.complaints.append(failure.message)
      answer.status = failure.status
    } catch {
      answer.complaints.append("\(path): \(error)")
      answer.status = ExitStatus.failure
    }
    return answer
  }

  /// The report for people.
  private func report(_ path: String, _ answer: inout CheckAnswer) throws -> Verdict {
    let checked = try Check.checked {
      guard Paths.isDirectory(path) else { return try CheckedHistory(ofHistory: path) }
      return try CheckedHistory(
        ofDirectory: path, updating: updates ? ReportAgain.read(path) : nil)
    }
    let result = checked.result
    let warnings = [result.control, result.run].compactMap(\.self).flatMap(\.warnings)
    try refuse(warnings.first { $0.kind == .truncated }?.text)
    // Of several reports each says which file it is about.
    if isOneOfMany { answer.text.append(Readable.printable("== \(path)")) }
    answer.text.append(TerminalReport(result, style: Self.style).text)
    if updates, Paths.isDirectory(path) {
      answer.writings.append { ResultFiles(result).write().trouble }
    }
    if explains { try explain(checked.check, checked.judged, CheckerSuite.choices, &answer) }
    return result.verdict
  }

  /// What each checker says.
  private func answer(
    _ path: String, _ choices: [CheckerChoice], _ answer: inout CheckAnswer
  ) throws -> Verdict {
    let (check, judged) = try Check.checked {
      let check = try Self.check(path)
      return (check, try check.judged(for: choices))
    }
    try refuse(judged.truncation)
    let lines = choices.map { judged.line(about: path, of: $0) }
    add(lines, about: path, to: &answer)
    if explains { try explain(check, judged, choices, &answer) }
    return lines.map(\.verdict).max() ?? .unknown
  }

  /// What every checker says; only what is required decides.
  private func answerAll(_ path: String, _ answer: inout CheckAnswer) throws -> Verdict {
    let judged = try Check.checked { try Self.check(path).judged() }
    try refuse(judged.truncation)
    add(CheckerSuite.choices.map { judged.line(about: path, of: $0) }, about: path, to: &answer)
    return judged.verdict
  }

  private func add(_ lines: [CheckLine], about path: String, to answer: inout CheckAnswer) {
    for line in lines {
      answer.text.append(json ? line.json.text() : line.plainText)
      guard json else { continue }
      answer.complaints += line.reasons.map { "\(path): \(line.checker): \($0)" }
    }
  }

  /// Whether it is linearizable.
  private func judge(
    _ path: String, _ check: GeneralHistoryCheck, _ answer: inout CheckAnswer
  ) throws -> Verdict {
    let line = try Check.checked { try check.line(about: path) }
    answer.text.append(json ? line.json.text() : line.plainText)
    if explains {
      let explanations = line.explanation(style: Self.style).map { [$0] } ?? []
      let refuted = line.verdict == .valid ? [check.model.rawValue] : []
      add(explanations, about: path, refuted: refuted, to: &answer)
    }
    if json, let reason = line.reason { answer.complaints.append("\(path): general: \(reason)") }
    return line.verdict
  }

  static var style: TerminalStyle {
    TerminalStyle(colour: Terminal.hasColour, width: Terminal.width)
  }

  static func check(_ path: String) throws -> HistoryCheck {
    try Paths.isDirectory(path) ? HistoryCheck(ofDirectory: path) : HistoryCheck(ofHistory: path)
  }

  private func refuse(_ truncation: String?) throws {
    guard let truncation, !partial else { return }
    throw CommandFailure(ExitStatus.corrupt, "\(truncation) (--partial checks what is readable)")
  }
}

/// What is to be said of one history.
struct CheckAnswer: Sendable {
  /// For standard output, a paragraph each.
  var text: [String] = []
  /// For standard error.
  var complaints: [String] = []
  var status: Int32 = 0
  /// What writes files besides, and returns what went wrong.
  var writings: [@Sendable () -> String?] = []

  /// Says it and writes the files; the exit code. No two answers may do that at the same time: they
  /// may be about the same file.
  func give() -> Int32 {
    // First, since somebody may close the output early.
    let troubles = writings.compactMap { $0() }
    text.forEach(Terminal.say)
    (complaints + troubles).forEach(Terminal.complain)
    return troubles.isEmpty ? status : ExitStatus.failure
  }
}
