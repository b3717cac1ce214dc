"""Java in this process: started once, its classes by name, its ontologies, its failures in words."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bionrw.release.reason.child import JAVA_OPTIONS

HEAP = "2g"

_RDF_XML = "org.coode.owlapi.rdfxml.parser.RDFXMLParser"
_WRITER = "uk.ac.manchester.cs.owl.owlapi.mansyntaxrenderer.ManchesterOWLSyntaxOWLObjectRendererImpl"
_OWLAPI = "org.semanticweb.owlapi"
_LONGEST = 400


class JavaFault(Exception):
    """What Java could not do, in a sentence."""


class Java:
    """The virtual machine with the archive of HermiT, which holds the OWL API 3.4."""

    def __init__(self, imports: Iterable[str] = ()) -> None:
        """Start the machine, which lives as long as the process; `imports` are never fetched."""
        import jpype

        self._jpype, self._imports = jpype, tuple(imports)
        jpype.startJVM(
            "--enable-native-access=ALL-UNNAMED",  # JPype's own library; Java 24 warns otherwise
            f"-Xmx{HEAP}",
            "-XX:-UsePerfData",  # no file about the run in the folder for temporary files
            *JAVA_OPTIONS,
            classpath=[_archive()],
        )

    def type(self, name: str) -> Any:
        """Return a class of Java by its whole name."""
        return self._jpype.JClass(name)

    def owl(self, name: str) -> Any:
        """Return a class of the OWL API by its name below `org.semanticweb.owlapi`."""
        return self.type(f"{_OWLAPI}.{name}")

    def implement(self, interface: str, **methods: Callable[..., Any]) -> Any:
        """Return an object of Java whose methods are ours."""
        return self._jpype.JProxy(interface, dict=methods)

    def read(self, content: str, reader: str = _RDF_XML) -> tuple[Any, list[str]]:
        """Return the ontology in a text, and the triples that are part of no axiom."""
        manager = self.owl("apibinding.OWLManager").createOWLOntologyManager()
        ontology = manager.createOntology()
        parser = self.type(reader)()
        parser.setOWLOntologyManager(manager)
        source = self.owl("io.StringDocumentSource")(content)
        format_ = parser.parse(source, ontology, self._settings())
        left: Any = getattr(format_.getOntologyLoaderMetaData(), "getUnparsedTriples", tuple)()
        unread = sorted(str(triple).strip().rstrip(".") for triple in left)
        # It reads owl:AllDifferent with owl:distinctMembers, and leaves its type behind.
        return ontology, [line for line in unread if not line.endswith("#AllDifferent>")]

    def manchester(self) -> Callable[[Any], str]:
        """Return a function that writes an axiom in Manchester syntax, its IRIs in angle brackets."""
        writer = self.type(_WRITER)()
        short = self.implement(
            "org.semanticweb.owlapi.util.ShortFormProvider",
            getShortForm=lambda entity: str(entity.getIRI().toQuotedString()),
            dispose=lambda: None,
        )
        writer.setShortFormProvider(short)
        return lambda axiom: " ".join(str(writer.render(axiom.getAxiomWithoutAnnotations())).split())

    def _settings(self) -> Any:
        """Return settings that leave every other ontology where it is; none is needed to read one."""
        settings = self.owl("model.OWLOntologyLoaderConfiguration")()
        for iri in self._imports:
            settings = settings.addIgnoredImport(self.owl("model.IRI").create(iri))
        return settings

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Translate what Java throws."""
        try:
            yield
        except self._jpype.JException as thrown:
            raise JavaFault(self._sentence(thrown)) from None

    def _sentence(self, thrown: Any) -> str:
        name = str(thrown.getClass().getSimpleName())
        if name == "OutOfMemoryError":
            return f"Java needs more than the {HEAP} of memory that it may use here."
        if name == "StackOverflowError":
            return "The axioms nest too deeply for Java."
        # What Java itself throws speaks of its inside, to nobody's use.
        spoken = (
            "" if str(thrown.getClass().getName()).startswith("java.") else str(thrown.getMessage() or "")
        )
        reason = " ".join(spoken.split())[:_LONGEST].rstrip(".")
        return f"The OWL API or HermiT gave up: {reason or f'it met a {name}'}."


def _archive() -> str:
    """Return the file of HermiT, without an import of owlready2, which would open a database."""
    place = find_spec("owlready2")
    if place is None or place.origin is None:
        message = "The reasoner needs the library owlready2: run `make setup`."
        raise JavaFault(message)
    return str(Path(place.origin).parent / "hermit" / "HermiT.jar")
