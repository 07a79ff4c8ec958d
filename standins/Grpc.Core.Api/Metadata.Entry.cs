using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One name with its value.</summary>
    public class Entry
    {
        private const string KeyCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        /// <summary>A text.</summary>
        /// <param name="key">The name: letters, digits, dash, underscore, dot; kept in lower case.</param>
        /// <param name="value">ASCII text.</param>
        /// <exception cref="ArgumentException">The name is not allowed, or ends in <c>-bin</c>.</exception>
        public Entry(string key, string value)
            : this(key)
        {
            ArgumentNullException.ThrowIfNull(value);
            if (IsBinary)
            {
                throw new ArgumentException("The name of a text must not end in -bin.", nameof(key));
            }

            _value = value;
        }

        /// <summary>A binary value.</summary>
        /// <param name="key">The name: letters, digits, dash, underscore, dot, and <c>-bin</c> at the end; kept in lower case.</param>
        /// <param name="valueBytes">The bytes; they are copied.</param>
        /// <exception cref="ArgumentException">The name is not allowed, or does not end in <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
            : this(key)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            if (!IsBinary)
            {
                throw new ArgumentException("The name of a binary value must end in -bin.", nameof(key));
            }

            _valueBytes = [.. valueBytes];
        }

        private Entry(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            Key = key.ToLowerInvariant();
            if (Key.Length == 0 || Key.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                throw new ArgumentException($"'{key}' is not a name for metadata.", nameof(key));
            }
        }

        /// <summary>The name, in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is binary, which the name tells.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The value is binary.</exception>
        public string Value => _value ?? throw new InvalidOperationException($"'{Key}' is binary.");

        /// <summary>A copy of the bytes; those of a text are its ASCII form.</summary>
        public byte[] ValueBytes => _valueBytes is null ? Encoding.ASCII.GetBytes(Value) : [.. _valueBytes];

        /// <inheritdoc/>
        public override string ToString() =>
            IsBinary ? $"[Entry: key={Key}, valueBytes={_valueBytes!.Length} bytes]" : $"[Entry: key={Key}, value={Value}]";
    }
}
