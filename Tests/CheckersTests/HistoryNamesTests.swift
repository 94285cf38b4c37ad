import Operations
import Testing

@testable import Checkers

/// What texts say of messages, operations, clients and sessions is said in the words of the file.
@Suite struct HistoryNamesTests {
  private func names(_ lines: [String], index: Bool) throws -> HistoryNames {
    let text = lines.enumerated().map { place, line in
      let words = line.split(separator: " ")
      let value = words.count > 3 ? " :value \(words[3])" : ""
      let number = index ? " :index \(place * 10)" : ""
      return "{:process \(words[0]) :type :\(words[1]) :f :\(words[2])\(value)\(number)}\n"
    }.joined()
    return HistoryNames(
      try JepsenImport(JepsenHistory(parsing: Array(text.utf8)), name: "q"))
  }

  private static let lines = [
    "3 invoke enqueue :a", "3 ok enqueue :a", "5 invoke dequeue", "5 info dequeue",
    "15 invoke dequeue", "15 ok dequeue :a",
  ]

  @Test func textsAreRenamed() throws {
    let names = try names(Self.lines, index: true)
    let text =
      "message 0.0, published by client 0 on n0 at 0.000001 s, was returned by dequeue 1, and by "
      + "operation 2; session 2. message 7.1 and dequeue 9 are none of it, nor is "
      + "message 1.x or session"
    #expect(
      names.text(text)
        == "value :a, published by process 3 at 0.000001 s, was returned by dequeue :index 20, "
        + "and by :index 40; process 15. message 7.1 and "
        + "dequeue 9 are none of it, nor is message 1.x or session")
    #expect(HistoryNames.own.text(text) == text)
    #expect(
      names.text("got from q to session 2 (client 1 on n0), as tag 2 at 0.1 s")
        == "got from q to process 15, at 0.1 s")
  }

  @Test func placesStandForMissingIndices() throws {
    let names = try names(Self.lines, index: false)
    #expect(names.name(of: OperationID(1)) == "#2" && !names.knowsFlags && names.areImported)
    #expect(names.name(of: OperationID(9)) == "operation 9")
    #expect(names.name(of: MessageID(client: ClientID(9), sequence: 1)) == "9.1")
    #expect(names.name(of: SessionID(9)) == "session 9")
    #expect(names.name(of: ClientID(1), doing: OperationID(2)) == "process 15")
    #expect(names.name(of: ClientID(1), doing: OperationID(1)) == "process 5")
    let sessions = [SessionID(1), SessionID(2)]
    #expect(names.name(of: ClientID(1), with: sessions) == "process 5, 15")
    #expect(HistoryNames.own.name(of: ClientID(1), with: sessions) == "client 1")
    #expect(HistoryNames.own.name(of: OperationID(1)) == "operation 1")
    #expect(HistoryNames.own.knowsFlags && !HistoryNames.own.areImported)
  }
}
