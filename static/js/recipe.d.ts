/**
 * The recipe as the server fills it in, with a value for every field.
 *
 * Generated from the schema of `Recipe` by tests/js/make_recipe_types.py: `make generate` writes it
 * anew, and `make check` fails when it is not up to date.
 */

interface Recipe {
  /** Seed */
  seed: number;
  /** Task */
  task:
    AddingTask | CopyTask | TemporalOrderTask | NextCharTask | StocksTask | SineTask | FlipFlopTask;
  /** Batch size B */
  batch_size: number;
  /** Carry the state */
  stateful: boolean;
  /** Shared by all lanes */
  base: Hyperparameters;
  /** Lanes */
  lanes: RecipeLane[];
  /** Tweaks */
  tweaks: Tweak[];
}

interface AddingTask {
  /** Sequence length T */
  seq_len: number;
  /** Shortest sequence */
  shortest: number | null;
  /** Adding problem */
  name: "adding";
}

interface Changes {
  /** Optimizer */
  optimizer?: "sgd" | "rmsprop" | "adam" | "adamw";
  /** Learning rate */
  learning_rate?: number;
  /** Momentum */
  momentum?: number;
  /** Nesterov's look-ahead */
  nesterov?: boolean;
  /** Weight decay */
  weight_decay?: number | null;
  /** Schedule */
  schedule?: "constant" | "step" | "cosine" | "warmup";
  /** Schedule's period */
  schedule_period?: number;
  /** Clip gradients */
  clip?: "none" | "norm" | "value";
  /** Clip threshold */
  clip_threshold?: number;
  /** Gradient noise */
  gradient_noise?: number;
  /** Orthogonality */
  orthogonality?: number;
  /** Gradient flossing */
  flossing?: number;
  /** Dropout between layers */
  dropout?: number;
  /** Dropout of inputs */
  input_dropout?: number;
  /** Recurrent dropout */
  recurrent_dropout?: number;
  /** Zoneout */
  zoneout?: number;
  /** Truncate BPTT after */
  truncate?: number | null;
}

interface CopyTask {
  /** Delay T */
  seq_len: number;
  /** Copy memory */
  name: "copy";
}

interface FlipFlopTask {
  /** Sequence length T */
  seq_len: number;
  /** Flip-flop */
  name: "flip_flop";
  /** Bits */
  bits: number;
  /** Pulse probability */
  pulse_probability: number;
}

interface Hyperparameters {
  /** Optimizer */
  optimizer: "sgd" | "rmsprop" | "adam" | "adamw";
  /** Learning rate */
  learning_rate: number;
  /** Momentum */
  momentum: number;
  /** Nesterov's look-ahead */
  nesterov: boolean;
  /** Weight decay */
  weight_decay: number | null;
  /** Schedule */
  schedule: "constant" | "step" | "cosine" | "warmup";
  /** Schedule's period */
  schedule_period: number;
  /** Clip gradients */
  clip: "none" | "norm" | "value";
  /** Clip threshold */
  clip_threshold: number;
  /** Gradient noise */
  gradient_noise: number;
  /** Orthogonality */
  orthogonality: number;
  /** Gradient flossing */
  flossing: number;
  /** Dropout between layers */
  dropout: number;
  /** Dropout of inputs */
  input_dropout: number;
  /** Recurrent dropout */
  recurrent_dropout: number;
  /** Zoneout */
  zoneout: number;
  /** Truncate BPTT after */
  truncate: number | null;
  /** Cell */
  cell:
    | "rnn"
    | "lstm"
    | "gru"
    | "mgu"
    | "coupled_lstm"
    | "gru_reset_before"
    | "peephole_lstm"
    | "ln_rnn"
    | "ln_lstm"
    | "ln_gru";
  /** RNN nonlinearity */
  nonlinearity: "tanh" | "relu" | "softsign";
  /** Gate nonlinearity */
  gate_nonlinearity: "sigmoid" | "hard_sigmoid" | "softsign";
  /** Candidate nonlinearity */
  candidate_nonlinearity: "tanh" | "softsign";
  /** Hidden units H */
  hidden_size: number;
  /** Layers */
  num_layers: number;
  /** Both directions */
  bidirectional: boolean;
  /** Initial weights */
  init: "pytorch" | "xavier_uniform" | "xavier_normal" | "normal" | "orthogonal" | "identity";
  /** Standard deviation */
  init_std: number;
  /** Spectral radius of W_hh */
  spectral_radius: number | null;
  /** Forget-gate bias */
  forget_bias: number;
  /** Update-gate bias */
  update_bias: number | null;
  /** Precision */
  precision: "float64" | "float32";
}

interface RecipeLane {
  /** Optimizer */
  optimizer?: "sgd" | "rmsprop" | "adam" | "adamw";
  /** Learning rate */
  learning_rate?: number;
  /** Momentum */
  momentum?: number;
  /** Nesterov's look-ahead */
  nesterov?: boolean;
  /** Weight decay */
  weight_decay?: number | null;
  /** Schedule */
  schedule?: "constant" | "step" | "cosine" | "warmup";
  /** Schedule's period */
  schedule_period?: number;
  /** Clip gradients */
  clip?: "none" | "norm" | "value";
  /** Clip threshold */
  clip_threshold?: number;
  /** Gradient noise */
  gradient_noise?: number;
  /** Orthogonality */
  orthogonality?: number;
  /** Gradient flossing */
  flossing?: number;
  /** Dropout between layers */
  dropout?: number;
  /** Dropout of inputs */
  input_dropout?: number;
  /** Recurrent dropout */
  recurrent_dropout?: number;
  /** Zoneout */
  zoneout?: number;
  /** Truncate BPTT after */
  truncate?: number | null;
  /** Cell */
  cell?:
    | "rnn"
    | "lstm"
    | "gru"
    | "mgu"
    | "coupled_lstm"
    | "gru_reset_before"
    | "peephole_lstm"
    | "ln_rnn"
    | "ln_lstm"
    | "ln_gru";
  /** RNN nonlinearity */
  nonlinearity?: "tanh" | "relu" | "softsign";
  /** Gate nonlinearity */
  gate_nonlinearity?: "sigmoid" | "hard_sigmoid" | "softsign";
  /** Candidate nonlinearity */
  candidate_nonlinearity?: "tanh" | "softsign";
  /** Hidden units H */
  hidden_size?: number;
  /** Layers */
  num_layers?: number;
  /** Both directions */
  bidirectional?: boolean;
  /** Initial weights */
  init?: "pytorch" | "xavier_uniform" | "xavier_normal" | "normal" | "orthogonal" | "identity";
  /** Standard deviation */
  init_std?: number;
  /** Spectral radius of W_hh */
  spectral_radius?: number | null;
  /** Forget-gate bias */
  forget_bias?: number;
  /** Update-gate bias */
  update_bias?: number | null;
  /** Precision */
  precision?: "float64" | "float32";
  /** Name */
  name?: string | null;
}

interface NextCharTask {
  /** Sequence length T */
  seq_len: number;
  /** Next character */
  name: "next_char";
  /** Your own text */
  text: string | null;
}

interface SineTask {
  /** Sequence length T */
  seq_len: number;
  /** Sine mixture */
  name: "sine";
  /** Waves */
  waves: number;
}

interface StocksTask {
  /** Window T */
  seq_len: number;
  /** Stock prices */
  name: "stocks";
  /** Stock */
  symbol: "GOOG" | "AAPL" | "AMZN" | "FB" | "NFLX" | "MSFT";
}

interface TemporalOrderTask {
  /** Sequence length T */
  seq_len: number;
  /** Shortest sequence */
  shortest: number | null;
  /** Temporal order */
  name: "temporal_order";
}

interface Tweak {
  /** Iteration */
  iteration: number;
  /** Lane */
  lane: number | null;
  changes: Changes;
}
