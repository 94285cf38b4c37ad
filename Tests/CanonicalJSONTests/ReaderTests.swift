import CanonicalJSON
import Testing

private enum Colour: String, CaseIterable {
  case red
  case green
}

@Suite struct ReaderTests {
  private func reader() throws -> JSONReader {
    let text = """
      {"name": "night", "seed": "2a", "ready": true, "colour": "green", "nothing": null,
       "schedule": [{"at": 5}, {"at": -1}, {"at": 2000000000, "port": 70000}]}
      """
    return JSONReader(try JSONValue(parsing: text), path: "plan")
  }

  @Test func readsMembers() throws {
    let plan = try reader()
    #expect(try plan.string("name") == "night")
    #expect(try plan.hex("seed") == 42)
    #expect(try plan.bool("ready"))
    #expect(try plan.choice("colour", of: Colour.self) == .green)
    #expect(try plan.optional("nothing") == nil)
    #expect(try plan.optional("absent") == nil)
    #expect(try plan.optional("name")?.string() == "night")
    let schedule = try plan.array("schedule")
    #expect(try schedule[0].integer("at", in: 0...10) == 5)
    #expect(try schedule[2].duration("at") == .seconds(2))
    #expect(schedule[2].path == "plan.schedule[2]")
  }

  @Test func namesFieldValueAndExpectation() throws {
    let plan = try reader()
    let schedule = try plan.array("schedule")
    expectError("plan.schedule[1].at: found -1, expected a whole number from 0 to 10") {
      let _: Int = try schedule[1].integer("at", in: 0...10)
    }
    expectError("plan.schedule[2].port: found 70000, expected a whole number from 0 to 65535") {
      let _: UInt16 = try schedule[2].integer("port")
    }
    expectError("plan.schedule[1].at: found -1, expected a duration in nanoseconds from 0 to") {
      _ = try schedule[1].duration("at")
    }
    expectError("plan.name: found \"night\", expected one of red, green") {
      _ = try plan.choice("name", of: Colour.self)
    }
    expectError("plan.name: found \"night\", expected an object") { _ = try plan.object("name") }
    expectError("plan.absent: found nothing, expected this member") { _ = try plan.bool("absent") }
    expectError("plan.schedule: found a list of 3, expected a string") {
      _ = try plan.string("schedule")
    }
    expectError("plan.name: found \"night\", expected a string of one to sixteen hex") {
      _ = try plan.hex("name")
    }
  }

  @Test func suggestsTheNearestName() throws {
    let plan = try reader()
    expectError("plan.seed: found an unknown member, expected one of") {
      try plan.rejectUnknownMembers(allowed: ["name", "speed", "schedule"])
    }
    expectError("(did you mean \"speed\"?)") {
      try plan.rejectUnknownMembers(allowed: ["name", "speed", "schedule"])
    }
    expectError("(did you mean \"green\"?)") {
      _ = try JSONReader("gren", path: "x").choice(of: Colour.self)
    }
    #expect(throws: Never.self) {
      try plan.rejectUnknownMembers(
        allowed: ["name", "seed", "ready", "colour", "nothing", "schedule"])
    }
    #expect(NearestName.find("isloate", among: ["heal", "isolate", "kill"]) == "isolate")
    #expect(NearestName.find("Quorum", among: ["mirrored", "quorum"]) == "quorum")
    #expect(NearestName.find("xyz", among: ["heal", "isolate"]) == nil)
    #expect(NearestName.find("", among: []) == nil)
  }

  @Test func longValuesAreCutInErrors() {
    let long = JSONReader(.string(String(repeating: "x", count: 5_000)), path: "p")
    #expect(long.mismatch(expected: "less").description.utf8.count < 130)
  }

  private func expectError(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    let error = #expect(throws: JSONError.self, sourceLocation: sourceLocation) { try body() }
    #expect(
      error?.description.contains(text) == true, "\(error?.description ?? "no error")",
      sourceLocation: sourceLocation)
  }
}
