import Operations

/// What processes did to a thing, from the file of another program.
///
///     let history = try GeneralHistory(parsing: bytes)
///     let outcome = try GeneralCheck.run(
///       model: .casRegister, history: history, maximumBytes: 1 << 30) { clock.now > deadline }
package struct GeneralHistory: Sendable {
  /// In what a history is written; it is seen from its content.
  package enum Format: String, Hashable, Sendable, CaseIterable {
    /// A history of Jepsen's: maps, one behind the other or in a collection, in the order of their
    /// `:index` if they have one.
    case jepsenEDN = "jepsen-edn"
    /// Lines that Jepsen logged: `INFO jepsen.util - 0 :invoke :cas [1 2]`.
    ///
    /// A `:cas` that failed has found another value; what timed out is in doubt.
    case jepsenLog = "jepsen-log"
    /// A line for each map, with a key of a store of texts:
    /// `{:process 0, :type :invoke, :f :put, :key "0", :value "x"}`.
    case keyValueLines = "key-value-lines"
  }

  /// In what it was written.
  package let format: Format
  /// The calls in the order of their invocations.
  let calls: [RecordedCall]
  /// The last line of the file that has something in it.
  let lastLine: Int

  /// Reads the history in a file's bytes.
  ///
  /// Throws where it is no history: at binary or cut files, at ends without an invocation, at
  /// processes that do two things at once. What its operations are to a model is seen when it is
  /// checked. `isOver` says whether the time is over, and is asked again and again while the
  /// text is read.
  package init(
    parsing bytes: [UInt8], isOver: () -> Bool = { false }
  ) throws(GeneralHistoryError) {
    let format = try Self.format(of: bytes)
    let entries =
      switch format {
      case .jepsenEDN: try EDNEntries.read(bytes, isOver)
      case .jepsenLog: try LogEntries.read(bytes, isOver)
      case .keyValueLines: try StoreEntries.read(bytes, isOver)
      }
    self.format = format
    calls = try CallPairing.calls(of: entries)
    lastLine = entries.last?.line ?? 1
  }

  /// By what the first line begins with that is no comment.
  private static func format(of bytes: [UInt8]) throws(GeneralHistoryError) -> Format {
    var rest = bytes[...]
    var number = 0
    while !rest.isEmpty {
      number += 1
      let line = rest.prefix { $0 != 0x0A }
      rest = rest[line.endIndex...].dropFirst()
      let words = line.drop { $0 <= 0x20 && $0 > 0 || $0 == UInt8(ascii: ",") }
      guard let first = words.first, first != UInt8(ascii: ";") else { continue }
      if first == UInt8(ascii: "{") {
        if words.dropFirst().first(where: { $0 > 0x20 }) == UInt8(ascii: "\"") {
          throw GeneralHistoryError(line: number, .json)
        }
        let key = Array(":key".utf8)
        let isStore = words.indices.contains { words[$0...].starts(with: key) }
        return isStore ? .keyValueLines : .jepsenEDN
      }
      if [UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "#")].contains(first) {
        return .jepsenEDN
      }
      if LogEntries.levels.contains(where: { words.starts(with: $0.utf8) }) { return .jepsenLog }
      throw GeneralHistoryError(line: number, .unknownFormat)
    }
    throw GeneralHistoryError(line: 1, .empty)
  }
}
