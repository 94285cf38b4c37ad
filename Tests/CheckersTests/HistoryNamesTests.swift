import Environment
import Harness
import Operations
import Testing

@testable import Checkers
@testable import Judging

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

  private static let opening = SessionOpening(
    session: SessionID(2), client: ClientID(1), node: NodeID(0))

  @Test func textsSpeakTheirReadersNames() throws {
    let (known, strange) = (
      MessageID(client: ClientID(0), sequence: 0), MessageID(client: ClientID(7), sequence: 1)
    )
    let text: WitnessText =
      "\(known), published by \(ClientID(0), publishing: known, on: NodeID(0)) at 0.000001 s, was "
      + "returned by \(dequeue: 1), and by \(OperationID(2)), to "
      + "\(SessionID(2), of: Self.opening)\(asTag: 2); \(strange), \(dequeue: 9), "
      + "\(OperationID(9)) and \(SessionID(9), of: nil) are none of it, nor is message 0.0"
    let names = try names(Self.lines, index: true)
    #expect(
      names.text(text)
        == "value :a, published by process 3 at 0.000001 s, was returned by dequeue :index 20, "
        + "and by :index 40, to process 15; message 7.1, dequeue 9, operation 9 and session 9 are "
        + "none of it, nor is message 0.0")
    let own =
      "message 0.0, published by client 0 on n0 at 0.000001 s, was returned by dequeue 1, and by "
      + "operation 2, to session 2 (client 1 on n0) as tag 2; message 7.1, dequeue 9, "
      + "operation 9 and session 9 are none of it, nor is message 0.0"
    #expect(HistoryNames.own.text(text) == own)
    #expect(text.description == own)
  }

  @Test func aWitnessTakesWordsToo() {
    var witness = Witness(
      from: .zero, to: .zero, text: "\(OperationID(3)) of \(4) and \(NodeID(2))")
    #expect(witness.text == "operation 3 of 4 and n2")
    witness.text = "operation 3"
    #expect(witness.statement == WitnessText("operation 3"))
    #expect(witness.statement != "\(OperationID(3))")
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
