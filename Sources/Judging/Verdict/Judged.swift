import Checkers
import Environment
package import Harness
package import Operations

/// What came of one history: the findings about each queue, the verdict, what each checker said.
package struct Judged: Sendable {
  /// Queues, timeline, warnings, doubts, verdict; all that results.json keeps.
  package let run: RunJudgement
  /// By which plan it was judged.
  package let plan: TestPlan
  /// Whether the run had that plan.
  package let isPlanKnown: Bool
  /// The history's header.
  package let header: HistoryHeader
  /// How long the history is.
  package let length: Duration
  /// What each checker said, in the words of whoever recorded the history.
  package let answers: [SuiteReport.Answer]
  /// What an imported history was imported from.
  private let imported: JepsenImport?
  /// What the checkers found, with the numbers of the history.
  private let ownFindings: [Finding]

  init(
    run: RunJudgement, plan: TestPlan, isPlanKnown: Bool, header: HistoryHeader,
    imported: JepsenImport?, length: Duration, answers: [SuiteReport.Answer],
    ownFindings: [Finding]
  ) {
    self.run = run
    self.plan = plan
    self.isPlanKnown = isPlanKnown
    self.header = header
    self.imported = imported
    self.length = length
    self.answers = answers
    self.ownFindings = ownFindings
  }

  /// The verdict on the run.
  package var verdict: Verdict { run.verdict }

  /// What is missing at the history's end; nil if nothing is.
  package var truncation: String? { run.warnings.first { $0.kind == .truncated }?.text }

  /// Whether the verdict depends on a guarantee for a queue.
  package func isRequired(_ guarantee: Guarantee, of queue: QueueID) -> Bool {
    plan.queues.first { $0.id == queue }?.required.contains(guarantee) ?? false
  }

  /// What a choice of checkers says, as a line about a file.
  package func line(about file: String, of choice: CheckerChoice) -> CheckLine {
    let names = choice.checkers.map { $0.name }
    return CheckLine(
      file: file, checker: choice.name, run: run, queues: queues(judgedBy: choice),
      measures: answers.filter { names.contains($0.checker) }.flatMap(\.report.measures),
      name: { message in imported?.value(of: message) ?? message.description })
  }

  /// What a choice says of each queue, and by which of its guarantees it is judged.
  ///
  /// They are those that the plan of the run requires. If it requires none of them, or the plan is
  /// not known, they are those that were exercised; of an imported history those of them that it
  /// says enough of.
  private func queues(judgedBy choice: CheckerChoice) -> [CheckLine.Queue] {
    let described = Dictionary(
      header.queues.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let knowledge = ImportedKnowledge(header)
    return run.queues.map { queue in
      let required = isPlanKnown ? choice.guarantees.filter(queue.required.contains) : []
      if !required.isEmpty { return CheckLine.Queue(result: queue, guarantees: required) }
      let description = described[queue.description.id] ?? queue.description
      let judged = choice.guarantees.filter { guarantee in
        guarantee.applies(to: description) && knowledge?.judgeable.contains(guarantee) ?? true
      }
      let exercised = judged.filter { guarantee in
        if case .notExercised = queue.finding(guarantee)?.judgement { false } else { true }
      }
      return CheckLine.Queue(
        result: queue, guarantees: exercised.isEmpty ? judged : exercised)
    }
  }
}

extension Judged {
  /// What some choices find violated, with the numbers of the history: required things first. The
  /// logs are those of the nodes, so that only the first queue's finding about them is there.
  package func violations(of choices: [CheckerChoice]) -> [Finding] {
    var logs = 0
    let violated = asked(of: choices).filter { finding in
      guard finding.judgement == .violated, isViolated(finding) else { return false }
      if finding.guarantee == .cleanLogs { logs += 1 }
      return finding.guarantee != .cleanLogs || logs == 1
    }
    return violated.filter { isRequired($0.guarantee, of: $0.queue) }
      + violated.filter { !isRequired($0.guarantee, of: $0.queue) }
  }

  /// What some choices find held; nothing is in a history that is not whole.
  package func held(by choices: [CheckerChoice]) -> [Finding] {
    truncation == nil ? asked(of: choices).filter { $0.judgement == .held } : []
  }

  /// Whether that is what the run is told of, too: a harness that was late measures no times.
  private func isViolated(_ finding: Finding) -> Bool {
    let queue = run.queues.first { $0.description.id == finding.queue }
    return queue?.finding(finding.guarantee)?.judgement == .violated
  }

  private func asked(of choices: [CheckerChoice]) -> [Finding] {
    let guarantees = Set(choices.flatMap(\.guarantees))
    let knowledge = ImportedKnowledge(header)
    return ownFindings.filter { finding in
      guard guarantees.contains(finding.guarantee),
        let queue = header.queues.first(where: { $0.id == finding.queue })
      else { return false }
      return finding.guarantee.applies(to: queue)
        && knowledge?.judgeable.contains(finding.guarantee) ?? true
    }
  }
}
