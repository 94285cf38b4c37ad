import Environment
import Testing

@testable import Scenarios

/// No text makes the reader crash, hang or grow: it is accepted or refused.
@Suite struct HostileTextTests {
  private func complaint(_ text: String) -> String? {
    do throws(ScenarioError) {
      _ = try Scenario(yaml: text, file: "x")
      return nil
    } catch {
      return error.description
    }
  }

  @Test func aHugeTextIsRefusedUnread() {
    let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: (1 << 20) + 1)
    let found = complaint(String(decoding: bytes, as: UTF8.self))
    #expect(found == "x: found 1048577 bytes, expected at most 1048576")
    #expect(throws: ScenarioError.self) { try Scenario(yaml: bytes, file: "x") }
  }

  @Test func bytesHaveToBeUTF8() throws {
    let error = #expect(throws: ScenarioError.self) {
      try Scenario(yaml: Array("name: a".utf8) + [0xFF], file: "x")
    }
    #expect(error?.description == "x: found bytes that are not UTF-8, expected a YAML text")
    let scenario = try Scenario(yaml: Array(ScenarioLibrary.losing.yaml.utf8), file: "x")
    #expect(scenario.name == "losing")
  }

  @Test(
    arguments: [
      String(repeating: "[", count: 500_000), String(repeating: "{a: ", count: 200_000),
      String(repeating: "- ", count: 500_000), String(repeating: "? ", count: 8),
      (0..<1_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      "a: " + String(repeating: "[", count: 17) + String(repeating: "]", count: 17),
    ])
  func deepNestingIsRefused(text: String) {
    #expect(complaint(text) != nil)
  }

  @Test func sixteenLevelsAreReadAndThenRefusedForWhatTheyAre() {
    let text = "a: " + String(repeating: "[", count: 15) + String(repeating: "]", count: 15)
    #expect(complaint(text)?.contains("scenario.a: found an unknown member") == true)
    let deeper =
      "a: [" + String(repeating: "[", count: 15) + String(repeating: "]", count: 15) + "]"
    #expect(complaint(deeper)?.contains("found more than 16 levels") == true)
  }

  /// A billion laughs: each line is ten times the one before. As values and as names.
  @Test(arguments: ["", "? "])
  func aliasesDoNotMultiply(prefix: String) {
    var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "\(prefix)a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(complaint(text) == "x: found 90 times * before a name, expected no alias")
  }

  @Test func fewAliasesAreRefusedWithTheirPlace() {
    let text = "a: &a [x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"
    #expect(
      complaint(text)
        == "x:1: scenario.a: found an anchor (&), expected none, as there are no aliases")
    #expect(complaint("? {? {? x : 1} : 1} : 1\n*x : 3\n") != nil)
    #expect(complaint(String(repeating: "? ", count: 9))?.contains("expected plain names") == true)
  }

  /// Changes of the library's texts: one byte, one line, one cut.
  @Test func mutatedTextsAreReadOrRefused() {
    var draws = SeededGenerator(seed: 11)
    let bytes = Array("\n\t :-{}[]#&*!|>'\"%@`,?~.0189azn\u{0}\u{7F}".utf8) + [0xC3, 0xFF]
    var (accepted, refused) = (0, 0)
    for _ in 0..<4_000 {
      let scenario = ScenarioLibrary.all[draws.index(of: ScenarioLibrary.all.count)]
      var text = Array(scenario.yaml.utf8)
      for _ in 0...draws.index(of: 3) {
        let place = draws.index(of: text.count)
        switch draws.index(of: 4) {
        case 0: text[place] = bytes[draws.index(of: bytes.count)]
        case 1: text.insert(bytes[draws.index(of: bytes.count)], at: place)
        case 2: text.remove(at: place)
        default: text.removeSubrange(place..<min(text.count, place + 1 + draws.index(of: 20)))
        }
        if text.isEmpty { break }
      }
      do throws(ScenarioError) {
        let read = try Scenario(yaml: text, file: "x")
        _ = read.resolve(seed: 1, netTick: .seconds(5))
        accepted += 1
      } catch {
        #expect(error.description.hasPrefix("x"))
        #expect(error.description.utf8.count < 2_000, "\(error)")
        refused += 1
      }
    }
    #expect(accepted > 100 && refused > 1_000)
  }
}
