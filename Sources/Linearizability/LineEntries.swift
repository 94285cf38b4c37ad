import Operations

/// The lines of a text that have something in them.
struct TextLines {
  /// The longest line, in bytes.
  private static let maximumLineBytes = 1 << 20

  /// With their numbers, from 1.
  private(set) var lines: [(number: Int, text: String)] = []

  init(_ bytes: [UInt8], _ isOver: () -> Bool) throws(GeneralHistoryError) {
    var number = 0
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      number += 1
      defer { start = end + 1 }
      if start == end { continue }
      guard end - start <= Self.maximumLineBytes else {
        throw GeneralHistoryError(
          line: number, .syntax("this line is longer than \(Self.maximumLineBytes) bytes"))
      }
      guard let text = String(validating: bytes[start..<end], as: UTF8.self) else {
        throw GeneralHistoryError(line: number, .syntax("this line is not UTF-8"))
      }
      if text.contains(where: { !$0.isWhitespace }) { lines.append((number, text)) }
      try Self.stop(at: number, if: isOver)
    }
  }
}

extension TextLines {
  /// Throws if the time is over; looks at it once in a few hundred lines.
  static func stop(at number: Int, if isOver: () -> Bool) throws(GeneralHistoryError) {
    if number & 511 == 0, isOver() { throw GeneralHistoryError(line: number, .outOfTime) }
  }
}

/// Entries of lines that Jepsen logged, such as `INFO jepsen.util - 0 :invoke :read nil`.
///
/// What other loggers wrote is left out; a line without an end is taken for one that was cut off.
enum LogEntries {
  /// With what a line may begin.
  static let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"]

  static func read(
    _ bytes: [UInt8], _ isOver: () -> Bool
  ) throws(GeneralHistoryError) -> [HistoryEntry] {
    let lines = try TextLines(bytes, isOver).lines
    if let last = lines.last, bytes.last != 0x0A {
      throw GeneralHistoryError(line: last.number, .syntax("the file ends inside this line"))
    }
    var entries: [HistoryEntry] = []
    for (number, text) in lines {
      try TextLines.stop(at: number, if: isOver)
      let words = text.split { $0.isWhitespace }
      guard words.count >= 3, levels.contains(String(words[0])), words[2] == "-" else {
        throw GeneralHistoryError(
          line: number, .syntax("a line has to begin as INFO and the name of a logger do"))
      }
      guard words[1] == "jepsen.util", words.dropFirst(3).first != ":nemesis" else { continue }
      entries.append(try entry(number, Array(words.dropFirst(3))))
    }
    return entries
  }

  private static func entry(
    _ line: Int, _ words: [Substring]
  ) throws(GeneralHistoryError) -> HistoryEntry {
    guard words.count >= 4, let process = Int64(words[0]), words[2].hasPrefix(":"),
      let value = value(of: words[3...])
    else {
      throw GeneralHistoryError(
        line: line, .syntax("there have to be a process, a type, a function and a value"))
    }
    let function = String(words[2].dropFirst())
    return HistoryEntry(
      line: line, process: process,
      stage: try stage(words[1], function, isTimeout: words[3] == ":timed-out", line: line),
      function: function, value: value)
  }

  private static func stage(
    _ type: Substring, _ function: String, isTimeout: Bool, line: Int
  ) throws(GeneralHistoryError) -> HistoryEntry.Stage {
    switch type {
    case ":invoke": return .invoked
    case ":info": return .inDoubt(isRetired: true)
    case ":ok": return .returned
    case ":fail":
      if isTimeout { return .inDoubt(isRetired: false) }
      return function == "cas" ? .foundOther : .failed
    default:
      throw GeneralHistoryError(
        line: line, .syntax("\(type) is none of :invoke, :ok, :fail and :info"))
    }
  }

  /// `nil`, a number, `[1 2]`, or something else in words; nil if brackets do not match.
  private static func value(of words: ArraySlice<Substring>) -> JepsenValue? {
    let text = words.joined(separator: " ")
    if text == "nil" { return JepsenValue.none }
    if let number = Int64(text) { return .integer(number) }
    guard text.hasPrefix("[") || text.hasSuffix("]") else { return .text(text) }
    guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
    let members = text.dropFirst().dropLast().split(separator: " ").map { Int64($0) }
    if members.count == 2, let from = members[0], let to = members[1] { return .pair(from, to) }
    return .text(text)
  }
}

/// Entries of a store of texts: lines such as
/// `{:process 0, :type :invoke, :f :append, :key "0", :value "x"}`.
enum StoreEntries {
  static func read(
    _ bytes: [UInt8], _ isOver: () -> Bool
  ) throws(GeneralHistoryError) -> [HistoryEntry] {
    var entries: [HistoryEntry] = []
    for (number, text) in try TextLines(bytes, isOver).lines {
      try TextLines.stop(at: number, if: isOver)
      var line = StoreLine(text)
      do throws(StoreLine.Failure) {
        entries.append(try line.entry(number))
      } catch {
        throw GeneralHistoryError(line: number, .syntax(error.problem))
      }
    }
    return entries
  }
}

/// One line of a store: a map of keywords to keywords, numbers, `nil` and strings.
private struct StoreLine {
  struct Failure: Error {
    var problem: String
  }
  private enum Member {
    case word(Substring)
    case text(String)
  }

  private var rest: Substring
  private var process: Int64?
  private var stage: HistoryEntry.Stage?
  private var function: String?
  private var key: String?
  private var value: JepsenValue?

  init(_ text: String) {
    rest = text[...]
  }

  mutating func entry(_ number: Int) throws(Failure) -> HistoryEntry {
    skipSpace()
    guard rest.popFirst() == "{" else { throw Failure(problem: "a line has to be a map") }
    while true {
      skipSpace()
      if rest.first == "}" { break }
      guard case .word(let name) = try member() else {
        throw Failure(problem: "a key of the map is a string")
      }
      try take(name, try member())
    }
    rest.removeFirst()
    skipSpace()
    guard rest.isEmpty else { throw Failure(problem: "something follows the map") }
    guard let process, let stage, let function, let key, let value else {
      throw Failure(problem: "one of :process, :type, :f, :key and :value is missing")
    }
    return HistoryEntry(
      line: number, process: process, stage: stage, function: function, key: key, value: value)
  }

  private mutating func take(_ name: Substring, _ member: Member) throws(Failure) {
    switch (name, member) {
    case (":process", .word(let word)) where process == nil && Int64(word) != nil:
      process = Int64(word)
    case (":type", .word(let word)) where stage == nil: stage = try stage(word)
    case (":f", .word(let word)) where function == nil && word.hasPrefix(":"):
      function = String(word.dropFirst())
    case (":key", .text(let text)) where key == nil: key = text
    case (":key", .word(let word)) where key == nil: key = String(word)
    case (":value", .text(let text)) where value == nil: value = .text(text)
    case (":value", .word("nil")) where value == nil: value = JepsenValue.none
    case (":process", _), (":type", _), (":f", _), (":key", _), (":value", _):
      throw Failure(problem: "\(name) is there twice, or its value is none that it can have")
    default: break
    }
  }

  private func stage(_ word: Substring) throws(Failure) -> HistoryEntry.Stage {
    switch word {
    case ":invoke": return .invoked
    case ":ok": return .returned
    case ":fail": return .failed
    case ":info": return .inDoubt(isRetired: true)
    default: throw Failure(problem: "\(word) is none of :invoke, :ok, :fail and :info")
    }
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == "," || $0.isWhitespace }
  }

  private mutating func member() throws(Failure) -> Member {
    skipSpace()
    if rest.first == "\"" { return .text(try text()) }
    let word = rest.prefix { !$0.isWhitespace && !",{}\"".contains($0) }
    guard !word.isEmpty else { throw Failure(problem: "the line ends inside its map") }
    rest = rest[word.endIndex...]
    return .word(word)
  }

  private mutating func text() throws(Failure) -> String {
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return text
      case "\\":
        guard let escaped = rest.popFirst() else { break }
        text.append(["n": "\n", "t": "\t", "r": "\r"][escaped] ?? escaped)
      default: text.append(character)
      }
    }
    throw Failure(problem: "the line ends inside a string")
  }
}
