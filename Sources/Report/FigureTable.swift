import Environment
import Harness
import Judging
import Operations

/// The figures, guarantees and verdicts of a run, one column a queue.
struct FigureTable {
  private let run: RunResult

  init(_ run: RunResult) {
    self.run = run
  }

  /// The table for terminals.
  var table: TextTable {
    let figures = measures.map { measure in
      TextTable.Row(
        label: measure.label, tone: measure.key == .whole(.lost) ? .strong : .plain,
        cells: run.queues.map { Self.cell(measure, $0.figure(measure.key)) })
    }
    let judgements = guarantees.map { guarantee in
      TextTable.Row(label: guarantee.rawValue, cells: run.queues.map { Self.cell(guarantee, $0) })
    }
    let verdicts = TextTable.Row(
      label: "verdict", tone: .strong,
      cells: run.queues.map { queue in
        TextTable.Cell(
          text: queue.verdictWords, tone: queue.required.isEmpty ? .faint : queue.verdict.tone)
      })
    let line = TextTable.Row(label: "")
    return TextTable(
      headings: run.queues.map { run.label(of: $0) },
      rows: figures + [line] + judgements + [line, verdicts])
  }

  /// The known figures that every report shows.
  var measures: [ReportedMeasure] {
    let fixed = MeasureCatalogue.all.filter { measure in
      switch measure.presence {
      case .always: true
      case .whenAny: run.queues.contains { ($0.count(measure.key) ?? 0) > 0 }
      case .detail: false
      }
    }
    return fixed + derived.filter { $0.presence != .detail }
  }

  /// What the Markdown report shows in addition.
  var details: [ReportedMeasure] {
    let fixed = MeasureCatalogue.all.filter { measure in
      measure.presence == .detail && run.queues.contains { $0.figure(measure.key) != nil }
    }
    return fixed + derived.filter { $0.presence == .detail }
  }

  /// The figures of this run whose names follow a pattern.
  private var derived: [ReportedMeasure] {
    let measures = keys.compactMap { key -> ReportedMeasure? in
      if case .whole = key { return nil }
      return MeasureCatalogue.measure(key)
    }
    let counts = Dictionary(grouping: measures, by: \.label)
    return measures.map { measure in
      var measure = measure
      if counts[measure.label]?.count ?? 0 > 1 { measure.label = measure.longLabel }
      return measure
    }
  }

  /// All figures, in order of first appearance.
  private var keys: [MeasureKey] {
    var known: Set<MeasureKey> = []
    return run.queues.flatMap(\.measures).map(\.key).filter { known.insert($0).inserted }
  }

  /// The known figures that any queue has.
  var presentMeasures: [ReportedMeasure] {
    measures.filter { measure in
      run.queues.contains { queue in
        switch queue.figure(measure.key) {
        case .count, .duration: true
        case .absent, nil: false
        }
      }
    }
  }

  /// What a newcomer needs to know about the rows that say something here.
  var legend: [String] {
    let selfEvident: [MeasureKey] = [.whole(.attempts), .whole(.confirmed), .whole(.delivered)]
    let explained = measures.filter { measure in
      measure.key == .whole(.lost)
        || measure.unit == .count && !selfEvident.contains(measure.key)
          && run.queues.contains { ($0.count(measure.key) ?? 0) > 0 }
    }
    var lines = explained.map { "\($0.label): \($0.meaning)" }
    let isOpen = run.queues.contains { queue in
      queue.findings.contains { $0.judgement.name == Judgement.notExercised("").name }
    }
    if isOpen {
      lines.append("not exercised: this run could not have broken it, so it says nothing")
    }
    if run.queues.contains(where: { !$0.required.isEmpty }) {
      lines.append("* required; only these decide the verdict")
    }
    if run.queues.contains(where: \.required.isEmpty) {
      lines.append("no claim: the plan requires nothing of this queue")
    }
    return lines
  }

  /// The figures that the catalogue does not know.
  var otherMeasures: [MeasureKey] {
    keys.filter { MeasureCatalogue.measure($0) == nil }
  }

  /// The guarantees that are required or were judged for any queue.
  var guarantees: [Guarantee] {
    Guarantee.allCases.filter { guarantee in
      run.queues.contains { $0.required.contains(guarantee) || $0.finding(guarantee) != nil }
    }
  }

  private static func cell(_ measure: ReportedMeasure, _ value: MeasureValue?) -> TextTable.Cell {
    var tone = Tone.plain
    if case .count(let count) = value, count > 0 {
      switch measure.concern {
      case .grave: tone = .bad
      case .notable: tone = .doubtful
      case .neutral: break
      }
    }
    return TextTable.Cell(text: Readable.figure(value), tone: tone)
  }

  private static func cell(_ guarantee: Guarantee, _ queue: QueueResult) -> TextTable.Cell {
    let isRequired = queue.required.contains(guarantee)
    let finding = queue.finding(guarantee)
    return TextTable.Cell(
      text: finding.words, tone: finding.tone(isRequired: isRequired), mark: isRequired ? "*" : "")
  }
}

extension QueueResult {
  /// The verdict; `no claim` where the plan requires nothing of the queue.
  var verdictWords: String { required.isEmpty ? "no claim" : verdict.rawValue }
}
