package org.datacites.analysis;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.analysis.AbstractCharFilterFactory;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.CustomAnalyzer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;
import org.tartarus.snowball.ext.FrenchStemmer;

/**
 * Registers, under Elasticsearch's own names, the parts of its analysis module that the server
 * published for integration tests lacks, so that the same index settings run on both. It must not
 * add anything that the official image does not have.
 */
public class FrenchAnalysisPlugin extends Plugin implements AnalysisPlugin {

  /** A token filter that needs nothing but its settings. */
  private static AnalysisProvider<TokenFilterFactory> filter(
      Function<Settings, Function<TokenStream, TokenStream>> create) {
    return (indexSettings, environment, name, settings) -> {
      Function<TokenStream, TokenStream> wrap = create.apply(settings);
      return new AbstractTokenFilterFactory(name) {
        @Override
        public TokenStream create(TokenStream input) {
          return wrap.apply(input);
        }
      };
    };
  }

  /** Without this, the server also tries each part with no settings at all when it opens an index. */
  private static <T> AnalysisProvider<T> requiresSettings(AnalysisProvider<T> provider) {
    return AnalysisPlugin.requiresAnalysisSettings(provider);
  }

  @Override
  public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
    return Map.of(
        "lowercase", filter(settings -> LowerCaseFilter::new),
        "asciifolding", filter(settings -> {
          boolean keep = settings.getAsBoolean("preserve_original", false);
          return input -> new ASCIIFoldingFilter(input, keep);
        }),
        "stemmer", requiresSettings(filter(settings -> {
          String language = settings.get("language", settings.get("name", ""));
          if (!language.equals("french")) {
            throw new IllegalArgumentException("only the french stemmer is here, not " + language);
          }
          return input -> new SnowballFilter(input, new FrenchStemmer());
        })),
        "edge_ngram", filter(settings -> {
          int min = settings.getAsInt("min_gram", 1);
          int max = settings.getAsInt("max_gram", 2);
          boolean keep = settings.getAsBoolean("preserve_original", false);
          return input -> new EdgeNGramTokenFilter(input, min, max, keep);
        }),
        "elision", FrenchAnalysisPlugin::elision,
        "synonym_graph", requiresSettings(
            (index, environment, name, settings) -> new Synonyms(name, settings)));
  }

  @Override
  public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
    return Map.of("mapping", requiresSettings((index, environment, name, settings) -> {
      NormalizeCharMap map = mappings(settings.getAsList("mappings"));
      return new AbstractCharFilterFactory(name) {
        @Override
        public Reader create(Reader reader) {
          return new MappingCharFilter(map, reader);
        }
      };
    }));
  }

  private static TokenFilterFactory elision(
      Object index, Environment environment, String name, Settings settings) {
    var configured = Analysis.parseArticles(environment, settings);
    var articles = configured == null ? FrenchAnalyzer.DEFAULT_ARTICLES : configured;
    return new AbstractTokenFilterFactory(name) {
      @Override
      public TokenStream create(TokenStream input) {
        return new ElisionFilter(input, articles);
      }
    };
  }

  private static NormalizeCharMap mappings(List<String> rules) {
    var builder = new NormalizeCharMap.Builder();
    for (String rule : rules) {
      int arrow = rule.lastIndexOf("=>");
      builder.add(unescape(rule.substring(0, arrow).strip()),
          unescape(rule.substring(arrow + 2).strip()));
    }
    return builder.build();
  }

  /** Reads the form backslash, u, four digits: the only escape that our own settings use. */
  private static String unescape(String text) {
    return text.matches("\\\\u[0-9a-fA-F]{4}")
        ? String.valueOf((char) Integer.parseInt(text.substring(2), 16))
        : text;
  }

  /** Synonyms are analyzed by the chain that stands before them, as in Elasticsearch. */
  private static final class Synonyms extends AbstractTokenFilterFactory {
    private final Settings settings;

    Synonyms(String name, Settings settings) {
      super(name);
      this.settings = settings;
    }

    @Override
    public TokenStream create(TokenStream input) {
      throw new IllegalStateException("synonym_graph works only inside an analyzer");
    }

    @Override
    public TokenFilterFactory getChainAwareTokenFilterFactory(
        IndexCreationContext context, TokenizerFactory tokenizer,
        List<CharFilterFactory> charFilters, List<TokenFilterFactory> previous,
        Function<String, TokenFilterFactory> all) {
      SynonymMap map = read(new CustomAnalyzer(tokenizer,
          charFilters.toArray(CharFilterFactory[]::new),
          previous.toArray(TokenFilterFactory[]::new)));
      return new AbstractTokenFilterFactory(name()) {
        @Override
        public TokenStream create(TokenStream input) {
          return map.fst == null ? input : new SynonymGraphFilter(input, map, false);
        }
      };
    }

    private SynonymMap read(Analyzer analyzer) {
      var parser = new SolrSynonymParser(true, settings.getAsBoolean("expand", true), analyzer);
      try {
        parser.parse(new StringReader(String.join("\n", settings.getAsList("synonyms"))));
        return parser.build();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      } catch (ParseException error) {
        throw new IllegalArgumentException(error);
      }
    }
  }
}
