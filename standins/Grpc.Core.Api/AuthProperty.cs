using System.Text;

namespace Grpc.Core;

/// <summary>A fact about who is at the other end.</summary>
public class AuthProperty
{
    private readonly byte[] _value;

    private AuthProperty(string name, byte[] value)
    {
        Name = name;
        _value = value;
    }

    /// <summary>The fact's name.</summary>
    public string Name { get; }

    /// <summary>The fact, as text.</summary>
    public string Value => Encoding.UTF8.GetString(_value);

    /// <summary>A copy of the fact's bytes.</summary>
    public byte[] ValueBytes => [.. _value];

    /// <summary>States a fact.</summary>
    /// <param name="name">The fact's name.</param>
    /// <param name="valueBytes">The fact's bytes; they are copied.</param>
    public static AuthProperty Create(string name, byte[] valueBytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(valueBytes);
        return new AuthProperty(name, [.. valueBytes]);
    }
}
