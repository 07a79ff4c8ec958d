namespace ReelBallers.OpenApi.Tests;

/// <summary>
/// What the published document says of a body that contradicts what the service reads or writes. It may say more: the values of a text,
/// its format, and which members a request must have, for the services check these themselves, so that an error names the field.
/// </summary>
/// <param name="isRequest">Whether the body is read.</param>
internal sealed class SchemaComparison(bool isRequest)
{
    // Of what a service has as a text.
    private static readonly string[] TextFormats = ["email", "uri", "uuid"];

    private readonly List<string> _found = [];

    /// <summary>Compares, and returns each contradiction with its place.</summary>
    /// <param name="service">Of the service's own description.</param>
    /// <param name="published">Of the published document.</param>
    /// <param name="place">The place.</param>
    public IReadOnlyList<string> Compare(Schema service, Schema published, string place)
    {
        if (service.Alternatives.Count > 0)
        {
            Check(place, "alternatives", service.Alternatives.Count, published.Alternatives.Count);
            foreach (var ((one, other), index) in service.Alternatives.Zip(published.Alternatives).Select((pair, index) => (pair, index)))
            {
                Compare(one, other, $"{place}/{index}");
            }
            return _found;
        }
        CompareValues(service, published, place);
        if (service.Items is { } items)
        {
            CompareParts(items, published.Items, $"{place}/*");
        }
        if (service.Properties.Count > 0)
        {
            CompareMembers(service, published, place);
        }
        else if (service.Others is { } value)
        {
            var named = published.Properties.Select(property => (property.Key, property.Value));
            foreach (var (name, member) in published.Others is { } others ? named.Append(("*", others)) : named)
            {
                Compare(value, member, $"{place}/{name}");
            }
        }
        return _found;
    }

    private void CompareValues(Schema service, Schema published, string place)
    {
        Check(place, "type", service.Type ?? published.Type, published.Type);
        Check(
            place, "format", service.Format ?? (TextFormats.Contains(published.Format) ? published.Format : null), published.Format);
        if (service.Values is { } values)
        {
            Check(place, "values", Text(values), Text(published.Values ?? []));
        }
        // A request may be told less than what is read: a null is answered like a member that is missing.
        if (!service.IsAny && !published.IsAny && (!isRequest || !service.IsNullable))
        {
            Check(place, "nullable", service.IsNullable, published.IsNullable);
        }
    }

    private void CompareMembers(Schema service, Schema published, string place)
    {
        Check(place, "members", Text(service.Properties.Keys), Text(published.Properties.Keys));
        Check(
            place, "required", Text(service.Required),
            Text(isRequest ? published.Required.Intersect(service.Required) : published.Required));
        foreach (var (name, member) in service.Properties.Where(member => published.Properties.ContainsKey(member.Key)))
        {
            Compare(member, published.Properties[name], $"{place}/{name}");
        }
    }

    private void CompareParts(Schema service, Schema? published, string place)
    {
        if (published is null)
        {
            _found.Add($"{place}: is missing in the document");
        }
        else
        {
            Compare(service, published, place);
        }
    }

    private static string Text(IEnumerable<string?> names) => string.Join(",", names.Order());

    private void Check<T>(string place, string what, T service, T published)
    {
        if (!EqualityComparer<T>.Default.Equals(service, published))
        {
            _found.Add($"{place}: {what} is {service} in the service, {published} in the document");
        }
    }
}
