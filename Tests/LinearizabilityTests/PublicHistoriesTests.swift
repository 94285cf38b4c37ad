import Foundation
@testable import Linearizability
import Testing

/// Histories with which Porcupine and Knossos are tested, where they lie beside the checkout.
@Suite struct PublicHistoriesTests {
  private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(components: "shared", "data")

  static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path()) }

  struct Expectation: Sendable, CustomTestStringConvertible {
    var path: String
    var isLinearizable: Bool
    var model: ModelName
    var testDescription: String { path }
  }

  /// Porcupine's file of verdicts has a line for each of its histories; Knossos says it by name.
  static let expectations: [Expectation] = {
    let verdicts = try? String(
      contentsOf: folder.appending(path: "porcupine/EXPECTED"), encoding: .utf8)
    let porcupine = (verdicts ?? "").split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return words.count == 2
        ? Expectation(
          path: "porcupine/\(words[0])", isLinearizable: words[1] == "linearizable",
          model: words[0].hasPrefix("kv") ? .kv : .casRegister) : nil
    }
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.appending(path: "knossos").path())
    let knossos = (names ?? []).sorted().map { name in
      Expectation(
        path: "knossos/\(name)", isLinearizable: name.hasPrefix("good"), model: .casRegister)
    }
    return porcupine + knossos
  }()

  @Test(.enabled(if: isThere, "shared/data beside the checkout is missing"))
  func allFilesAreThere() throws {
    #expect(Self.expectations.count >= 60)
    #expect(Self.expectations.contains { $0.isLinearizable })
    #expect(Self.expectations.contains { !$0.isLinearizable })
  }

  @Test(
    .enabled(if: isThere, "shared/data beside the checkout is missing"), arguments: expectations)
  func theVerdictIsTheExpectedOne(_ expectation: Expectation) throws {
    let data = try Data(contentsOf: Self.folder.appending(path: expectation.path))
    let history = try GeneralHistory(parsing: [UInt8](data))
    let deadline = ContinuousClock.now + .seconds(10)
    let outcome = try GeneralCheck.run(
      model: expectation.model, history: history, maximumBytes: 1 << 28
    ) { ContinuousClock.now > deadline }
    switch outcome.verdict {
    case .linearizable: #expect(expectation.isLinearizable)
    case .notLinearizable(let report):
      #expect(!expectation.isLinearizable)
      #expect(report.isVerified)
      #expect(report.rows.count { $0.isUnplaced } == 1)
    case .unknown(let reason): Issue.record("\(reason.text)")
    }
  }
}
