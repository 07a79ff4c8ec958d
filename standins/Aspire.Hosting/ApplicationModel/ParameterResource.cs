using Aspire.Hosting.Runtime;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from outside: from the configuration section <c>Parameters</c>, or its default.</summary>
public sealed class ParameterResource : Resource, IValueProvider, IManifestExpressionProvider
{
    private readonly Lazy<string> value;

    internal ParameterResource(string name, Func<string> getValue, bool secret)
        : base(name)
    {
        value = new Lazy<string>(getValue);
        Secret = secret;
    }

    /// <summary>Whether the value must not be shown.</summary>
    public bool Secret { get; }

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Name}.value}}";

    /// <inheritdoc/>
    /// <exception cref="DistributedApplicationException">There is neither a value nor a default.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(value.Value);
}

/// <summary>What a parameter is when nobody says.</summary>
public abstract class ParameterDefault
{
    /// <summary>The value.</summary>
    public abstract string GetDefaultValue();
}

/// <summary>A random text.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    /// <summary>How many characters.</summary>
    public int MinLength { get; set; }

    /// <summary>Whether characters that are neither letters nor digits take part.</summary>
    public bool Special { get; set; } = true;

    /// <inheritdoc/>
    public override string GetDefaultValue() => RandomText.Create(MinLength, Special);
}
