import Testing

@Suite("Reading Swift")
struct ScannerTests {
  @Test(
    "Code is kept, comments and literals are blanked",
    arguments: [
      ("a // b", "a"), ("a /* b /* c */ d */ e", "a e"), ("f(\"} // x\") }", "f ( \" ) }"),
      ("\"\\\"{\" + {", "\" + {"), ("#\"a\"{\\\"# + b", "\" + b"),
      ("\"a\\(b + \"c}\")d\" e", "\" ( b + \" ) e"),
      ("\"\"\"\n  a \" { \"\" \\(f(1)) b\n  \"\"\" + c", "\" ( f ( 1 ) ) + c"),
      ("#\"\"\"\n \\(a) \"\"\" \\#(b)\n \"\"\"# c", "\" ( b ) c"),
      ("#/a\"{/# b", "b"), ("a / b / c", "a / b / c"), ("\"\" a", "\" a"), ("\"open\nb", "\" b"),
    ])
  func separates(text: String, code: String) {
    let source = SourceText("A.swift", text)
    #expect(source.tokens.map(\.text).joined(separator: " ") == code)
  }

  @Test("Comments are kept with their lines")
  func comments() {
    let source = SourceText("A.swift", "a // one\n\"// two\"\n/* three\nfour */ b")
    #expect(source.comments.map { $0.filter { $0 != " " } } == ["//one", "", "/*three", "four*/"])
    #expect(source.hasComment("one", near: 2))
    #expect(!source.hasComment("one", near: 3))
  }

  @Test("Functions are found with their bodies")
  func functions() {
    let text = """
      struct A<B> where B: C {
        var stored = { 1 }()
        var computed: Int { stored }
        let closure: () -> Void = { }
        init?(a: [Int] = [1, 2], f: () -> Void = {}) throws(E)
        where B: D {
          self.init(a)
        }
        @Test("x", arguments: [1]) func test(
          a: Int
        ) async throws -> [Int] {
          func inner() {}
        }
        subscript(i: Int) -> Int { get { 1 } }
        static func < (a: A, b: A) -> Bool { a.init() }
      }
      protocol P {
        var a: Int { get }
        func b()
        init()
      }
      """
    let found = SourceText("A.swift", text).functions
    #expect(
      found.map { "\($0.name) \($0.firstLine)-\($0.lastLine)" } == [
        "computed 3-3", "init 5-8", "test 9-13", "inner 12-12", "subscript 14-14", "< 15-15",
        "a 18-18",
      ])
    #expect(found.filter(\.isTest).map(\.name) == ["test"])
  }

  @Test("Types are found")
  func types() {
    let text = "public final class A {}\nclass func b() {}\nenum C { case enumeration }\nx.struct y"
    #expect(SourceText("A.swift", text).types.map(\.name) == ["A", "C"])
  }
}
