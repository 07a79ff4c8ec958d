using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Text with values in it that may be known only later.</summary>
public sealed class ReferenceExpression : IValueProvider, IManifestExpressionProvider
{
    private readonly object[] parts;

    private ReferenceExpression(object[] parts) => this.parts = parts;

    /// <inheritdoc/>
    public string ValueExpression =>
        string.Concat(parts.Select(part => part is IManifestExpressionProvider provider ? provider.ValueExpression : (string)part));

    /// <summary>An expression out of an interpolated string.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.ToExpression();

    /// <inheritdoc/>
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var texts = new string?[parts.Length];
        for (var index = 0; index < parts.Length; index++)
        {
            texts[index] = parts[index] is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : (string)parts[index];
        }
        return string.Concat(texts);
    }

    /// <summary>Takes an interpolated string apart.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler
    {
        private readonly List<object> parts;

        /// <summary>Called by the compiler.</summary>
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount) => parts = new(formattedCount * 2);

        /// <summary>Called by the compiler for text.</summary>
        public void AppendLiteral(string value) => parts.Add(value);

        /// <summary>Called by the compiler for a text in a variable.</summary>
        public void AppendFormatted(string? value) => parts.Add(value ?? "");

        /// <summary>Called by the compiler for a value that may be known only later.</summary>
        public void AppendFormatted<T>(T value)
            where T : IValueProvider, IManifestExpressionProvider => parts.Add(value);

        internal ReferenceExpression ToExpression() => new([.. parts]);
    }
}
