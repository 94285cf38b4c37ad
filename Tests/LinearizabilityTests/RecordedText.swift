@testable import Linearizability

/// Writes histories as other programs do, from lines such as `0 invoke write 1`.
enum RecordedText {
  /// Maps in EDN, a line each.
  static func edn(_ lines: [String]) -> [UInt8] {
    let maps = lines.map { line in
      let words = words(of: line)
      return "{:process \(words[0]), :type :\(words[1]), :f :\(words[2]), :value \(words[3])}\n"
    }
    return Array(maps.joined().utf8)
  }

  /// Lines of Jepsen's log.
  static func log(_ lines: [String]) -> [UInt8] {
    let text = lines.map { line in
      let words = words(of: line)
      return "INFO  jepsen.util - \(words[0])\t:\(words[1])\t:\(words[2])\t\(words[3])\n"
    }
    return Array(text.joined().utf8)
  }

  /// Lines of a store; the value is written as it is after the key.
  static func store(_ lines: [String]) -> [UInt8] {
    let maps = lines.map { line in
      let words = line.split(separator: " ", maxSplits: 4).map(String.init)
      return "{:process \(words[0]), :type :\(words[1]), :f :\(words[2]), :key \"\(words[3])\", "
        + ":value \(words[4])}\n"
    }
    return Array(maps.joined().utf8)
  }

  private static func words(of line: String) -> [String] {
    let words = line.split(separator: " ", maxSplits: 3).map(String.init)
    return words.count > 3 ? words : words + ["nil"]
  }
}

extension GeneralCheck {
  /// What comes of the file of a history, without a deadline.
  static func run(_ model: ModelName, _ bytes: [UInt8]) throws -> GeneralOutcome {
    try run(
      model: model, history: GeneralHistory(parsing: bytes), maximumBytes: 1 << 26
    ) { false }
  }
}

extension GeneralOutcome {
  /// The counterexample, if there is one.
  var report: CounterexampleReport? {
    if case .notLinearizable(let report) = verdict { report } else { nil }
  }
}
