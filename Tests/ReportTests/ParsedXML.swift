import Foundation
import FoundationXML

/// A document as a strict XML parser reads it: its elements in order and its text.
final class ParsedXML: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    /// The names of the elements around it, the outermost first.
    var parents: [String]
    var text = ""
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  /// Parses a document; throws where it is not well-formed.
  init(_ document: String) throws {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    if !parser.parse() {
      throw NotWellFormed(
        line: parser.lineNumber, column: parser.columnNumber,
        reason: parser.parserError.map { "\($0)" } ?? "unknown")
    }
  }

  struct NotWellFormed: Error {
    var line: Int
    var column: Int
    var reason: String
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(
      Element(name: name, attributes: attributes, parents: open.map { elements[$0].name }))
    open.append(elements.count - 1)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    for place in open { elements[place].text += string }
  }

  /// All elements with a name.
  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// The values of an attribute, of every element that has it.
  func values(of attribute: String) -> [String] { elements.compactMap { $0.attributes[attribute] } }
}
