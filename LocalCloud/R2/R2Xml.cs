using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ReelBallers.LocalCloud.R2;

/// <summary>S3's XML: written with its namespace, read without regard to one.</summary>
internal static class R2Xml
{
    private static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";

    /// <summary>An answer with status 200.</summary>
    public static IResult Answer(string root, params IEnumerable<object?> content) => new XmlAnswer(new XElement(root, content));

    public static async Task WriteAsync(HttpResponse response, XElement root)
    {
        // Keys may hold characters that XML 1.0 can only name.
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), CheckCharacters = false, Async = true };
        using var buffer = new MemoryStream();
        await using (var writer = XmlWriter.Create(buffer, settings))
        {
            await new XDocument(new XDeclaration("1.0", "UTF-8", null), root).SaveAsync(writer, response.HttpContext.RequestAborted);
        }

        response.ContentType = "application/xml";
        response.ContentLength = buffer.Length;
        await response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), response.HttpContext.RequestAborted);
    }

    /// <summary>The document's root element with every namespace taken off; null when it is no XML of the expected root.</summary>
    public static XElement? Parse(Stream document, string root)
    {
        try
        {
            using var reader = XmlReader.Create(
                document, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var element = XDocument.Load(reader).Root!;
            foreach (var node in element.DescendantsAndSelf())
            {
                node.Name = node.Name.LocalName;
            }

            return element.Name == root ? element : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed class XmlAnswer(XElement root) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            foreach (var element in root.DescendantsAndSelf())
            {
                element.Name = S3 + element.Name.LocalName;
            }

            return WriteAsync(httpContext.Response, root);
        }
    }
}
