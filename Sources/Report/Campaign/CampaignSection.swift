import Checkers
import Harness
import Judging
import Operations

/// A table over many runs with what is needed to read it, as plain text for any format.
struct CampaignSection: Hashable, Sendable {
  /// Its heading.
  var title: String
  /// What it shows, and how to read it.
  var intro: String
  var headings: [String]
  /// Where the right-aligned figures begin.
  var figuresFrom: Int
  var rows: [[String]]
}

extension CampaignSummary {
  /// All tables but the matrix; those without rows are left out.
  var sections: [CampaignSection] {
    [strongest, pairings, lossRates, figures].filter { !$0.rows.isEmpty }
  }

  /// By schedule and kind, the strongest guarantee that held.
  private var strongest: CampaignSection {
    let ladder = Readable.list(GuaranteeLadder.rungs.map(\.rawValue))
    return CampaignSection(
      title: "The strongest guarantee that held",
      intro: "From weak to strong: \(ladder). One counts only if it and all before it were put to "
        + "the test and no run contradicts them. The number is that of the runs that tested it; "
        + "the share is the highest rate of violations that so many runs without one still allow "
        + "(exact, 95 % confidence).",
      headings: ["schedule"] + kinds.map(\.rawValue), figuresFrom: kinds.count + 1,
      rows: matrix.columns.map { column in
        let fault = column == GuaranteeMatrix.noFault ? nil : column
        return [column] + kinds.map { strongest($0, under: fault) }
      })
  }

  private func strongest(_ kind: QueueKind, under fault: String?) -> String {
    guard let rung = matrix.strongest(kind, under: fault),
      let cell = matrix.cell(rung, kind, under: fault), let bound = cell.upperBound
    else {
      return matrix.rows.contains { $0.kind == kind } ? "none of them" : Readable.absent
    }
    return "\(rung.rawValue) (\(Readable.counted(cell.held, "run")), ≤ \(Readable.share(bound)))"
  }

  /// The kinds side by side: in how many runs one of two violated what the other one kept.
  private var pairings: CampaignSection {
    let scopes = faults.map(Optional.some) + (faults.count > 1 ? [nil] : [])
    let rows = scopes.flatMap { fault in
      pairs.compactMap { pair -> [String]? in
        let comparison = comparison(.atLeastOnce, pair, under: fault)
        let differs = comparison.onlyFirst + comparison.onlySecond > 0
        guard comparison.runs > 0, differs || fault == nil || faults.count == 1 else { return nil }
        return [fault ?? "all with faults", "\(pair.first.rawValue) and \(pair.second.rawValue)"]
          + [
            comparison.runs, comparison.onlyFirst, comparison.onlySecond, comparison.both,
            comparison.neither,
          ].map(Readable.count) + [Readable.probability(comparison.pValue)]
      }
    }
    return CampaignSection(
      title: "At least once: the kinds in the same runs",
      intro: "A pair is one run: both queues in one cluster, under the same operations and faults. "
        + "p is the probability of a difference at least as large if there were none (McNemar, "
        + "exact, two-sided); with fewer than six runs that differ it cannot fall below 0.05. "
        + "Schedules under which no two kinds differ are left out.",
      headings: [
        "schedule", "kinds", "runs", "only the first lost", "only the second lost", "both",
        "neither", "p",
      ],
      figuresFrom: 2, rows: rows)
  }

  /// Which share of the confirmed messages was lost.
  private var lossRates: CampaignSection {
    let rows = faults.flatMap { fault in
      kinds.compactMap { kind -> [String]? in
        let runs = losses(kind, under: fault)
        guard let rate = LossRate.rate(of: runs), rate > 0 else { return nil }
        return [
          fault, kind.rawValue, Readable.count(runs.count),
          Readable.count(runs.reduce(0) { $0 + $1.lost }),
          Readable.count(runs.reduce(0) { $0 + $1.confirmed }), Readable.share(rate),
          Self.words(LossRate.interval(of: runs)),
        ]
      } + pairs.compactMap { difference($0, under: fault) }
    }
    return CampaignSection(
      title: "The share of confirmed messages that was lost",
      intro: "Intervals resample whole runs (95 %, percentile bootstrap): losses of one run come "
        + "together, so that messages are no sample. Without two runs there is none, and of fewer "
        + "than six it is little more than the least and the most. What lost nothing is left out: "
        + "what so many runs prove of it, stands above.",
      headings: ["schedule", "queues", "runs", "lost", "confirmed", "share", "interval"],
      figuresFrom: 2, rows: rows)
  }

  /// By how much one kind lost more than the other one; nil where both lost nothing.
  private func difference(
    _ pair: (first: QueueKind, second: QueueKind), under fault: String
  ) -> [String]? {
    let runs = losses(pair, under: fault)
    guard let first = LossRate.rate(of: runs.map(\.first)),
      let second = LossRate.rate(of: runs.map(\.second)), first > 0 || second > 0
    else { return nil }
    return [
      fault, "\(pair.first.rawValue) minus \(pair.second.rawValue)", Readable.count(runs.count), "",
      "", Readable.share(first - second), Self.words(LossRate.interval(ofDifference: runs)),
    ]
  }

  private static func words(_ interval: ClosedRange<Double>?) -> String {
    guard let interval else { return Readable.absent }
    return "\(Readable.share(interval.lowerBound)) to \(Readable.share(interval.upperBound))"
  }

  /// What was counted, one value a run.
  private var figures: CampaignSection {
    let names: [MeasureName] = [
      .confirmed, .lost, .duplicated, .unflagged, .longestUnavailability,
    ]
    return CampaignSection(
      title: "What was counted",
      intro: "One value a run in the order of the runs; of more than five the least and the most. "
        + "The longest gap is the longest time in which publishers kept trying and nothing was "
        + "confirmed.",
      headings: [
        "schedule", "queue", "confirmed", "lost", "delivered twice", "unflagged", "longest gap",
      ],
      figuresFrom: 2,
      rows: matrix.columns.flatMap { column in
        let runs = runs(under: column == GuaranteeMatrix.noFault ? nil : column)
        return kinds.map { kind in
          let runs = runs.filter { !$0.queues(of: kind).isEmpty }
          return [column, kind.rawValue] + names.map { name in values(name, kind, runs) }
        }
      })
  }

  private func values(_ name: MeasureName, _ kind: QueueKind, _ runs: [RunResult]) -> String {
    let values = runs.map { $0.figure(name, of: kind) }
    if values.count <= 5 { return values.map(Readable.figure).joined(separator: " · ") }
    let counts = values.compactMap { value -> Int? in
      if case .count(let count) = value { count } else { nil }
    }
    if let least = counts.min(), let most = counts.max() {
      return least == most
        ? Readable.count(least) : "\(Readable.count(least)) to \(Readable.count(most))"
    }
    let durations = values.compactMap { value -> Duration? in
      if case .duration(let duration) = value { duration } else { nil }
    }
    guard let least = durations.min(), let most = durations.max() else { return Readable.absent }
    return "\(Readable.duration(least)) to \(Readable.duration(most))"
  }
}
